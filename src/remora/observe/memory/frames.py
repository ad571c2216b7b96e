"""The program's Python threads and their frames, read by address.

Decides which threads of the kernel run Python, and what a frame has: its code,
where in it it stands, its variables, and the part of its value stack that is
there for certain.  One thread.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from ..kernel import Moment
from .code import Code
from .objects import Objects, Torn

_MOST_FRAMES, _MOST_THREADS, _MOST_INTERPRETERS, _MOST_VALUES = 100_000, 10_000, 1_000, 5_000
#: A frame of the interpreter's own, between a call from C and what it called (3.12 and later).
_OWNED_BY_C = 3
#: `struct pthread` of C libraries is smaller.
_THREAD_SIZE = 2304
#: FRAME_SUSPENDED_YIELD_FROM, and since 3.15 a second one while it is changed.
_AWAITING_STATES = {0x030E: (0xFF,), 0x030F: (2, 3)}
#: All states of the frame of a generator that is suspended, since 3.11; they are just before the frame.
_SUSPENDED_STATES = {
    0x030B: (0xFF,),
    0x030C: (0xFF,),
    0x030D: (0xFE, 0xFF),
    0x030E: (0xFE, 0xFF),
    0x030F: (1, 2, 3),
}
_STATE_BEFORE_FRAME = 5
#: Of a frame object, up to 3.10.
_VALUE_STACK = 64
_BLOCK, _WORD, _INT = struct.Struct("<3i"), struct.Struct("<Q"), struct.Struct("<i")


@dataclass(frozen=True)
class PythonThread:
    """A thread that runs Python."""

    #: The number that the kernel knows it by, on this host.
    tid: int
    #: `threading.get_ident()` in it.
    ident: int
    #: Of its thread states, one for each interpreter that it is in, the innermost first.
    addresses: tuple[int, ...]


class RawFrame:
    """A frame of a thread or a generator.  Its methods raise `OSError`."""

    def __init__(self, reader: FrameReader, address: int, code: Code, offset: int) -> None:
        """`offset` is that of the instruction that it executes, in bytes."""
        self._reader = reader
        self.address = address
        self.code = code
        self.offset = offset

    @cached_property
    def line(self) -> int:
        return self.code.line(self.offset)

    @property
    def globals(self) -> int:
        """The address of the dict."""
        objects = self._reader.objects
        return objects.space.u64(self.address + objects.layout.frame_globals)

    @cached_property
    def variables(self) -> dict[str, int]:
        """Addresses of the values of its local variables, of those that have one."""
        objects = self._reader.objects
        names = self.code.variables
        words = objects.space.words(self.address + objects.layout.frame_locals, len(names)) if names else []
        pairs = ((name, objects.untagged(word)) for name, word in zip(names, words, strict=False))
        return {name: self._contained(value) for name, value in pairs if value}

    def kept(self) -> list[int]:
        """The values on its value stack that `with` and `for` keep there, outermost first."""
        return self._values()[: self._kept_count] if self._kept_count else []

    def temporary(self) -> list[int]:
        """What is above them on its value stack: it may be left over from earlier instructions."""
        return self._values()[self._kept_count :]

    @cached_property
    def _kept_count(self) -> int:
        layout, space = self._reader.objects.layout, self._reader.objects.space
        if layout.frame_blocks < 0:
            return self.code.handler_depth(self.offset)
        return _block_depth(space.read(self.address + layout.frame_blocks, 8 + 20 * _BLOCK.size))

    def _values(self) -> list[int]:
        """All that there is place for."""
        objects = self._reader.objects
        layout, space = objects.layout, objects.space
        if layout.frame_blocks >= 0:
            start = space.u64(self.address + _VALUE_STACK)
        else:
            start = self.address + layout.frame_locals + self.code.local_count * 8
        size = self.code.stack_size
        if not 0 <= self._kept_count <= size <= _MOST_VALUES:
            raise Torn
        return [objects.untagged(word) for word in space.words(start, size)] if size else []

    def _contained(self, value: int) -> int:
        """What is in a cell, if that is what the slot has."""
        objects = self._reader.objects
        return objects.space.u64(value + 16) if objects.type_name(value) == "cell" else value


class FrameReader:
    """Reads threads and frames of one interpreter's version."""

    def __init__(self, objects: Objects, runtime: int, version: int) -> None:
        self.objects = objects
        self._runtime = runtime
        self._version = version
        #: Of `f_lasti`: 3.10 counts instructions.
        self._instruction_unit = 2 if version == 0x030A else 1
        #: Of a frame: what is read of each.
        layout = objects.layout
        self._header_size = 8 + max(layout.frame_back, layout.frame_code, layout.frame_instruction, 72)
        self._codes: dict[int, Code] = {}

    def threads(self, moments: dict[int, Moment]) -> dict[int, PythonThread]:
        """Those of all interpreters, by tid.  Raises `OSError`."""
        layout, space = self.objects.layout, self.objects.space
        states = [state for interpreter in self.interpreters() for state in self._thread_states(interpreter)]
        idents = {state: space.u64(state + layout.thread_ident) for state in states}
        outer = {moment.inner_tid: tid for tid, moment in moments.items()}
        if layout.thread_native_id >= 0:
            inner = {state: space.u64(state + layout.thread_native_id) for state in states}
        else:
            tids = _tids_by_ident(self.objects, set(idents.values()), set(outer))
            inner = {state: tids.get(ident, 0) for state, ident in idents.items()}
        found: dict[int, PythonThread] = {}
        for state in states:
            tid = outer.get(inner[state])
            if tid is not None:
                # The list of interpreters begins with the newest, which are further in.
                outside = found[tid].addresses if tid in found else ()
                found[tid] = PythonThread(tid, idents[state], (*outside, state))
        return found

    def idents(self) -> set[int]:
        """What Python knows its threads by, those of all interpreters.  Raises `OSError`."""
        layout, space = self.objects.layout, self.objects.space
        states = [state for interpreter in self.interpreters() for state in self._thread_states(interpreter)]
        return {space.u64(state + layout.thread_ident) for state in states}

    def frames(self, thread: PythonThread) -> Iterator[RawFrame]:
        """Innermost first.  Raises `OSError`."""
        for state in thread.addresses:
            yield from self._frames_of_state(state)

    def _frames_of_state(self, state: int) -> Iterator[RawFrame]:
        layout, space = self.objects.layout, self.objects.space
        if layout.thread_cframe >= 0:
            cframe = space.u64(state + layout.thread_cframe)
            address = space.u64(cframe + layout.cframe_frame) if cframe else 0
        else:
            address = space.u64(state + layout.thread_frame)
        seen: set[int] = set()
        while address:
            header = space.read(address, self._header_size)
            # In a chain that changes while it is followed a frame may come again.
            if address in seen or len(seen) > _MOST_FRAMES or len(header) < self._header_size:
                raise Torn
            seen.add(address)
            if layout.frame_owner < 0 or header[layout.frame_owner] < _OWNED_BY_C:
                code = _WORD.unpack_from(header, layout.frame_code)[0]
                if not code:
                    return  # one of the interpreter's own, on a C stack that a core file does not have
                yield self._frame(address, header)
            address = _WORD.unpack_from(header, layout.frame_back)[0]

    def frame(self, address: int) -> RawFrame:
        """Raises `OSError`."""
        header = self.objects.space.read(address, self._header_size)
        if len(header) < self._header_size:
            raise Torn
        return self._frame(address, header)

    def _frame(self, address: int, header: bytes) -> RawFrame:
        layout = self.objects.layout
        code = self._code(self.objects.untagged(_WORD.unpack_from(header, layout.frame_code)[0]))
        if layout.code_instructions >= 0:
            offset = _WORD.unpack_from(header, layout.frame_instruction)[0] - code.instructions
        else:
            offset = _INT.unpack_from(header, layout.frame_instruction)[0] * self._instruction_unit
        return RawFrame(self, address, code, offset)

    def generator_frame(self, generator: int) -> RawFrame:
        """Of one that has not ended.  Raises `OSError`."""
        layout, space = self.objects.layout, self.objects.space
        place = generator + layout.generator_frame
        return self.frame(place if layout.code_instructions >= 0 else space.u64(place))

    def suspended_frame(self, generator: int) -> RawFrame | None:
        """That of a generator or coroutine that has begun, and waits to go on.  Raises `OSError`."""
        layout, space = self.objects.layout, self.objects.space
        place = generator + layout.generator_frame
        if layout.code_instructions < 0:
            return self.generator_frame(generator) if space.u64(place) else None
        state = space.read(place - _STATE_BEFORE_FRAME, 1)[0]
        return self.frame(place) if state in _SUSPENDED_STATES[self._version] else None

    def function_code(self, function: int) -> Code:
        """Raises `OSError`."""
        return self._code(self.objects.space.u64(function + self.objects.layout.function_code))

    @property
    def has_task_lists(self) -> bool:
        """Whether threads keep lists of their asyncio tasks."""
        return self._version in _AWAITING_STATES

    @property
    def awaiting_states(self) -> tuple[int, ...]:
        """States of the frame of a generator that is in `await` or `yield from`."""
        return _AWAITING_STATES[self._version]

    def gils(self) -> dict[int, int]:
        """Each interpreter's GIL: its address, and that of the thread state that holds it, or 0.

        Raises `OSError`.
        """
        layout, space = self.objects.layout, self.objects.space
        if layout.gil >= 0:
            addresses = {self._runtime + layout.gil}
        else:
            addresses = {space.u64(each + layout.gil_pointer) for each in self.interpreters()}
        found = {}
        for address in addresses:
            holder, locked = space.words(address + 8, 2)
            found[address] = holder if locked & 0xFFFFFFFF == 1 else 0
        return found

    def _code(self, address: int) -> Code:
        if address not in self._codes:
            self._codes[address] = Code(self.objects, self._version, address)
        return self._codes[address]

    def collects(self) -> bool:
        """Whether garbage is being collected in any interpreter.  Raises `OSError`."""
        layout, space = self.objects.layout, self.objects.space
        if layout.collecting >= 0:
            return bool(space.u32(self._runtime + layout.collecting))
        return any(space.u32(each + layout.collecting_inside) == 1 for each in self.interpreters())

    def interpreters(self) -> Iterator[int]:
        """Addresses of their states.  Raises `OSError`."""
        layout, space = self.objects.layout, self.objects.space
        address = space.u64(self._runtime + layout.interpreters)
        for _ in range(_MOST_INTERPRETERS):
            if not address:
                return
            yield address
            address = space.u64(address + layout.next_interpreter)

    def _thread_states(self, interpreter: int) -> Iterator[int]:
        layout, space = self.objects.layout, self.objects.space
        address = space.u64(interpreter + layout.threads)
        for _ in range(_MOST_THREADS):
            if not address:
                return
            yield address
            address = space.u64(address + layout.next_thread)


def _block_depth(content: bytes) -> int:
    """How much of the value stack the innermost block keeps, of a frame object's blocks (to 3.10)."""
    count = struct.unpack_from("<i", content)[0]
    if not 0 <= count <= 20:
        raise Torn
    if not count:
        return 0
    depth: int = _BLOCK.unpack_from(content, 8 + (count - 1) * _BLOCK.size)[2]
    return max(depth, 0)


def _tids_by_ident(objects: Objects, idents: set[int], tids: set[int]) -> dict[int, int]:
    """What the C library has in its thread structures, to which idents point: at the same place in each."""
    contents = {}
    for ident in idents:
        with suppress(OSError):  # a thread that is just coming or going
            content = objects.space.read(ident, _THREAD_SIZE)
            contents[ident] = memoryview(content[: len(content) // 4 * 4]).cast("I")
    for place in range(min(map(len, contents.values()), default=0)):
        found = {ident: content[place] for ident, content in contents.items()}
        if set(found.values()) <= tids and len(set(found.values())) == len(found):
            return found
    return {}
