"""Where in CPython's structures the fields are that are read here, for each version.

One column a version.  A release keeps its structures as they are for all of
its life; before it they change, and other kinds of builds (free-threaded, with
reference tracing) have others.

Sources: the headers below Include/ and Include/internal/ of each version,
through `offsetof` on x86_64; the same on aarch64, as no field before these
depends on the architecture.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...inject.probe import Interpreter
from .spaces import AddressSpace

#: Instances have a pointer to a dict; two pointers before them, to values or to a dict; one, with a bit that
#: tells which of both; values at their end, and a pointer to a dict before them that holds once it is set.
AT_OFFSET, BEFORE, BEFORE_TAGGED, INLINE = range(4)


@dataclass(frozen=True)
class Layout:
    """Offsets in bytes.  -1 for what a version does not have."""

    #: Of `_PyRuntime`, of an interpreter state, of a thread state.
    interpreters: int
    next_interpreter: int
    threads: int
    next_thread: int
    thread_frame: int
    thread_cframe: int
    cframe_frame: int
    thread_ident: int
    thread_native_id: int
    #: Of the GIL: in `_PyRuntime`; or of the pointer to it, in an interpreter state.
    gil: int
    gil_pointer: int
    #: Whether garbage is being collected: in `_PyRuntime`; or in an interpreter state.
    collecting: int
    collecting_inside: int
    #: Of a frame: the object up to 3.10, `_PyInterpreterFrame` since.
    frame_back: int
    frame_code: int
    frame_globals: int
    frame_instruction: int
    frame_owner: int
    frame_blocks: int
    frame_locals: int
    #: Of a code object.
    code_names: int
    code_arguments: int
    code_flags: int
    code_local_count: int
    code_stack_size: int
    code_used_names: int
    code_cell_names: int
    code_free_names: int
    code_first_line: int
    code_lines: int
    code_handlers: int
    code_filename: int
    code_name: int
    code_instructions: int
    #: Of a function.
    function_code: int
    #: Of the frame in a generator: a pointer up to 3.10, the frame itself since.
    generator_frame: int
    #: Where instances have their attributes: one of `AT_OFFSET` ...
    attributes: int
    #: Of types, tuples, strings, numbers, the table of a dict's keys, the values of a dict that shares its
    #: keys.  Numbers have their size beside other bits.
    cached_keys: int
    tuple_items: int
    text_size: int
    number_tag_shift: int
    keys_entry_count: int
    keys_indices: int
    values_items: int


_VERSIONS = (0x0308, 0x0309, 0x030A, 0x030B, 0x030C, 0x030D, 0x030E, 0x030F)

_FIELDS = {
    "interpreters": (32, 32, 32, 40, 40, 632, 808, 936),
    "next_interpreter": (0, 0, 0, 0, 0, 7264, 7272, 7264),
    "threads": (8, 8, 8, 16, 72, 7344, 7344, 7336),
    "next_thread": (8, 8, 8, 8, 8, 8, 8, 8),
    "thread_frame": (24, 24, 24, -1, -1, 72, 72, 72),
    "thread_cframe": (-1, -1, -1, 56, 56, -1, -1, -1),
    "cframe_frame": (-1, -1, -1, 8, 0, -1, -1, -1),
    "thread_ident": (176, 176, 176, 152, 136, 152, 152, 176),
    "thread_native_id": (-1, -1, -1, 160, 144, 160, 160, 184),
    "gil": (1152, 352, 352, 360, -1, -1, -1, -1),
    "gil_pointer": (-1, -1, -1, -1, 384, 16, 16, 16),
    "collecting": (544, -1, -1, -1, -1, -1, -1, -1),
    "collecting_inside": (-1, 816, 816, 848, 312, 7600, 7600, 7512),
    "frame_back": (24, 24, 24, 48, 8, 8, 8, 8),
    "frame_code": (32, 32, 32, 32, 0, 0, 0, 0),
    "frame_globals": (48, 48, 48, 8, 24, 24, 24, 24),
    "frame_instruction": (104, 104, 96, 56, 56, 56, 56, 56),
    "frame_owner": (-1, -1, -1, 69, 70, 70, 74, 74),
    "frame_blocks": (112, 112, 104, -1, -1, -1, -1, -1),
    "frame_locals": (360, 360, 352, 72, 72, 72, 80, 80),
    "code_names": (72, 72, 72, 96, 96, 96, 96, 96),
    "code_arguments": (16, 16, 16, 56, 52, 52, 52, 52),
    "code_flags": (36, 36, 36, 48, 48, 48, 48, 48),
    "code_local_count": (28, 28, 28, 76, 72, 72, 72, 72),
    "code_stack_size": (32, 32, 32, 68, 64, 64, 64, 64),
    "code_used_names": (64, 64, 64, 32, 32, 32, 32, 32),
    "code_cell_names": (88, 88, 88, -1, -1, -1, -1, -1),
    "code_free_names": (80, 80, 80, -1, -1, -1, -1, -1),
    "code_first_line": (40, 40, 40, 72, 68, 68, 68, 68),
    "code_lines": (120, 120, 120, 136, 136, 136, 136, 136),
    "code_handlers": (-1, -1, -1, 40, 40, 40, 40, 40),
    "code_filename": (104, 104, 104, 112, 112, 112, 112, 112),
    "code_name": (112, 112, 112, 120, 120, 120, 120, 120),
    "code_instructions": (-1, -1, -1, 184, 192, 200, 208, 208),
    "function_code": (16, 16, 48, 48, 48, 48, 48, 48),
    "generator_frame": (16, 16, 16, 80, 72, 72, 72, 72),
    "attributes": (0, 0, 0, 1, 2, 3, 3, 3),
    "cached_keys": (872, 864, 872, 872, 880, 880, 880, 888),
    "tuple_items": (24, 24, 24, 24, 24, 24, 32, 32),
    "text_size": (48, 48, 48, 48, 40, 40, 40, 40),
    "number_tag_shift": (0, 0, 0, 0, 3, 3, 3, 3),
    "keys_entry_count": (32, 32, 32, 24, 24, 24, 24, 24),
    "keys_indices": (40, 40, 40, 32, 32, 32, 32, 32),
    "values_items": (0, 0, 0, 0, 0, 8, 8, 8),
}

_LAYOUTS = {
    version: Layout(**{name: row[column] for name, row in _FIELDS.items()})
    for column, version in enumerate(_VERSIONS)
}

#: The same in `_Py_DebugOffsets`, which tells where a build has them: (its offset, the field).
_TOLD = {
    0x030D: ((40, "interpreters"), (64, "next_interpreter"), (72, "threads"), (168, "next_thread"),
             (184, "thread_frame"), (192, "thread_ident"), (232, "frame_back"), (256, "frame_locals")),
    0x030E: ((40, "interpreters"), (64, "next_interpreter"), (72, "threads"), (192, "next_thread"),
             (208, "thread_frame"), (216, "thread_ident"), (256, "frame_back"), (280, "frame_locals")),
    0x030F: ((40, "interpreters"), (64, "next_interpreter"), (72, "threads"), (192, "next_thread"),
             (208, "thread_frame"), (240, "thread_ident"), (320, "frame_back"), (344, "frame_locals")),
}  # fmt: skip


def layout_of(space: AddressSpace, interpreter: Interpreter) -> Layout | None:
    """None of a version or a build that is not known here."""
    version = interpreter.hexversion >> 16
    layout = _LAYOUTS.get(version)
    if layout is None or interpreter.is_free_threaded or not interpreter.is_released:
        return None
    for offset, field in _TOLD.get(version, ()):
        if space.u64(interpreter.runtime + offset) != getattr(layout, field):
            return None
    return layout
