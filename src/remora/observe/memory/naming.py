"""What the program calls a lock that one of its threads waits for.

As the source has it where the thread waits; else found among the variables of
its innermost frames, so that the source is not needed.  One thread.
"""

from __future__ import annotations

from . import expressions, suites
from .frames import RawFrame
from .objects import Objects
from .sources import Sources

#: Frames to look at: the lock may have come through some functions of `threading`.
_FRAMES = 6
#: Classes of `threading`, and what they call the lock or the condition that they are made of.
_MADE_OF = {
    "Condition": "_lock",
    "Event": "_cond",
    "Semaphore": "_cond",
    "BoundedSemaphore": "_cond",
    "Barrier": "_cond",
}
#: A text file is made of one with a buffer.
_TEXT_FILE, _BUFFER_AT = "_io.TextIOWrapper", 32
_STANDARD = ("/threading.py", "/queue.py", "/contextlib.py", "/concurrent/futures/_base.py")


def name_of(objects: Objects, sources: Sources, frames: list[RawFrame], lock: int) -> str:
    """As in "self.lock"; "" if no name for it is in reach."""
    inner = ""
    try:
        for frame in frames[:_FRAMES]:
            found = _in_text(objects, sources, frame, lock) or _in_frame(objects, frame, lock)
            if found and not frame.code.file.endswith(_STANDARD):
                return found
            inner = inner or found if found != "self" else inner
    except OSError:
        return inner
    return inner


def _in_text(objects: Objects, sources: Sources, frame: RawFrame, lock: int) -> str:
    for text in suites.wanted_at(sources.body(frame.code), frame.line):
        value = expressions.resolve(objects, frame, text) if text else 0
        if value and _is_or_wraps(objects, value, lock):
            return text
    return ""


def _in_frame(objects: Objects, frame: RawFrame, lock: int) -> str:
    variables = frame.variables
    for name, value in variables.items():
        if _is_or_wraps(objects, value, lock):
            return name
    for name, value in variables.items():
        for attribute, held in _attributes(objects, value).items():
            if _is_or_wraps(objects, held, lock):
                return f"{name}.{attribute}"
    for name, value in objects.dict_items(frame.globals):
        if _is_or_wraps(objects, value, lock):
            return name
    return ""


def _is_or_wraps(objects: Objects, value: int, lock: int) -> bool:
    """Whether it is the lock, or one of the classes that are made of it."""
    if value == lock:
        return True
    try:
        kind = objects.type_name(value)
        if kind == _TEXT_FILE:
            return objects.space.u64(value + _BUFFER_AT) == lock
        within = _MADE_OF.get(kind)
        return within is not None and objects.attributes(value).get(within) == lock
    except OSError:
        return False


def _attributes(objects: Objects, value: int) -> dict[str, int]:
    try:
        return objects.attributes(value)
    except OSError:
        return {}
