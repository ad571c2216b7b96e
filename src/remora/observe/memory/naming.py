"""What the program calls a lock that one of its threads waits for.

Found among the variables of the waiting thread's innermost frames, so that the
program's source is not needed.  One thread.
"""

from __future__ import annotations

from .frames import RawFrame
from .objects import Objects

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
_STANDARD = ("/threading.py", "/queue.py", "/contextlib.py")


def name_of(objects: Objects, frames: list[RawFrame], lock: int) -> str:
    """As in "self.lock"; "" if no name for it is in reach."""
    inner = ""
    try:
        for frame in frames[:_FRAMES]:
            found = _in_frame(objects, frame, lock)
            if found and not frame.code.file.endswith(_STANDARD):
                return found
            inner = inner or found
    except OSError:
        return inner
    return inner


def resolve(objects: Objects, frame: RawFrame, text: str) -> int:
    """The address of what a dotted name means in a frame; 0 if that cannot be told.  Raises `OSError`."""
    first, *attributes = text.split(".")
    value = frame.variables.get(first, 0)
    if not value and first not in frame.code.variables:
        value = dict(objects.dict_items(frame.globals)).get(first, 0)
    for attribute in attributes:
        value = objects.attributes(value).get(attribute, 0) if value else 0
    return value


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
        within = _MADE_OF.get(objects.type_name(value))
        return within is not None and objects.attributes(value).get(within) == lock
    except OSError:
        return False


def _attributes(objects: Objects, value: int) -> dict[str, int]:
    try:
        return objects.attributes(value)
    except OSError:
        return {}
