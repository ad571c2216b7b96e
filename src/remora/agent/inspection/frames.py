"""Frames as DAP shows them.

Decides which frames of a stack are the program's and what a stack frame says
of its position; must not know breakpoints or clients.  Runs on the thread that
owns the frame, or on the agent's for a thread that is blocked in C.
"""

from __future__ import annotations

import os

from ..compat import HAS_CO_POSITIONS, HAS_CO_QUALNAME
from ..scoping import is_prepared
from .presentation import printable
from .static import FUNCTION, is_a, mro_of, namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Mapping, Optional, Tuple

    Position = Tuple[Optional[int], Optional[int], Optional[int], Optional[int]]


def visible_stack(frame: FrameType | None) -> list[FrameType]:
    """Return `frame` and its callers, top first, without the agent's frames.

    Of a program that the agent has started, the frames of `runpy` that run it are the agent's
    too, and so is everything below: the `-c` as which the interpreter was started.
    """
    visible: list[FrameType] = []
    while frame is not None and not _is_start(frame.f_code):
        if is_agent_code(frame.f_code) or is_prepared(frame.f_code.co_filename):
            while visible and _is_runpy(visible[-1]):
                visible.pop()
        else:
            visible.append(frame)
        frame = frame.f_back
    return visible


def is_agent_code(code: CodeType) -> bool:
    """Tell whether a code object is part of this package."""
    return code.co_filename.startswith(_OWN_FILES)


def frame_body(
    frame: FrameType,
    frame_id: int,
    source: Mapping[str, Any] | None,
    hint: str | None = None,
    at: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """Return the DAP `StackFrame` of a frame; lines and columns count from 1, columns in UTF-16 units.

    `at` is the line and the offset in the byte code where it stood at the time that is meant, if not now.
    """
    body: dict[str, Any] = {"id": frame_id, "name": function_name(frame)}
    if source is not None:
        body["source"] = source
    body["line"] = (at[0] if at is not None else frame.f_lineno) or 0
    body["column"] = 1 if source is not None else 0
    if HAS_CO_POSITIONS:
        _add_position(body, frame, frame.f_lasti if at is None else at[1])
    if hint is not None:
        body["presentationHint"] = hint
    return body


def function_name(frame: FrameType) -> str:
    """Return the qualified name of the function that a frame runs, as far as it is known."""
    code = frame.f_code
    if HAS_CO_QUALNAME:
        return printable(code.co_qualname)  # type: ignore[attr-defined,unused-ignore]
    return printable(_name_in_class(frame) or code.co_name)


def _name_in_class(frame: FrameType) -> str | None:
    """Look a method up in the class of its `self` or `cls`, where the code object knows only its name."""
    code = frame.f_code
    first = code.co_varnames[0] if code.co_argcount else ""
    if first not in ("self", "cls"):
        return None
    owner: Any = frame.f_locals.get(first)
    for cls in mro_of(owner if is_a(owner, type) else type(owner)):
        found = namespace_of(cls).get(code.co_name)
        function: Any = (
            getattr(found, "__func__", found) if type(found) in (classmethod, staticmethod) else found
        )
        if type(function) is FUNCTION and function.__code__ is code:
            qualname: str = function.__qualname__
            return qualname
    return None


def _add_position(body: dict[str, Any], frame: FrameType, offset: int) -> None:
    line, end_line, column, end_column = position_at(frame.f_code, offset)
    if line is None or line != body["line"] or column is None:
        return
    filename = frame.f_code.co_filename
    body["column"] = utf16_offset(filename, line, column) + 1
    if end_line is not None and end_column is not None:
        body["endLine"] = end_line
        body["endColumn"] = utf16_offset(filename, end_line, end_column) + 1


def position_of(frame: FrameType) -> Position:
    """Return where a frame is, in lines and UTF-8 bytes; Nones where that is not told."""
    return position_at(frame.f_code, frame.f_lasti)


def position_at(code: CodeType, offset: int) -> Position:
    """Return the position of the instruction at an offset, as `position_of` does."""
    wanted = offset // 2
    positions = code.co_positions()  # type: ignore[attr-defined,unused-ignore]
    for index, position in enumerate(positions):
        if index == wanted:
            found: Position = position
            return found
    return None, None, None, None


def utf16_offset(filename: str, line: int, offset: int) -> int:
    """Convert an offset in UTF-8 bytes, which code objects have, to UTF-16 units."""
    lines = _lines_beyond_ascii(filename)
    if line - 1 >= len(lines):
        return offset
    prefix = lines[line - 1][:offset].decode("utf-8", "replace")
    return len(prefix.encode("utf-16-le", "surrogatepass")) // 2


def _lines_beyond_ascii(filename: str) -> list[bytes]:
    """Return the lines of a source file; none if it is all ASCII, where the two units are the same."""
    if filename not in _LINES:
        _LINES[filename] = _read_lines(filename)
    return _LINES[filename]


def _read_lines(filename: str) -> list[bytes]:
    if filename.startswith("<") or not os.path.isfile(filename):
        return []
    try:
        with open(filename, "rb") as file:
            text = file.read()
    except OSError:
        return []
    return [] if text.isascii() else text.splitlines()


def _is_start(code: CodeType) -> bool:
    return code.co_name == "run_program" and is_agent_code(code)


def _is_runpy(frame: FrameType) -> bool:
    filename = frame.f_code.co_filename
    return filename == "<frozen runpy>" or filename.endswith("/runpy.py")


#: The lines of files with characters beyond ASCII, as they were when first asked for.
_LINES: dict[str, list[bytes]] = {}
_OWN_FILES = visible_stack.__code__.co_filename[: -len("agent/inspection/frames.py")]
