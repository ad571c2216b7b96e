"""The first stage as text: `first_stage.py` with the call that begins it.

Decides how the text is guarded: it leaves no name in the namespace that it is
run in, needs none from it, and raises nothing.
"""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .rendezvous import Door

#: One that all targets read.
_MARSHAL_VERSION = 2


class FirstStage:
    """The text that leads a target to `door`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def text(self, *, script: str = "", is_own_thread: bool = False) -> str:
        """For a running program.

        `script` is the path of the file by which it gets the text, if it does;
        `is_own_thread` says whether the thread that will run it is ours.
        """
        door = self._door
        arguments = door.address, door.secret, door.meeting_place, script, is_own_thread
        call = f"start(*{arguments!r})"
        # The namespace may be `__main__`, where any built-in name may mean something else.
        return f"try:\n __import__('builtins').exec({_compiled(call)}, {{}})\nexcept:\n pass\n"


def launch_text(fd: int, program: dict[str, Any], door_size: int = 0) -> str:
    """For a program that is started with `fd` inherited: runs the first stage on its main thread.

    `door_size` is that of a `door_text` that follows, if one does.
    """
    return f"exec({_compiled(f'launched({fd}, {program!r}, {door_size})')}, {{}})"


def door_text() -> bytes:
    """What opens a door in a program that is started."""
    names = ("sessions", "prepared/door")
    return marshal.dumps([("remora." + name, _read(f"../{name}.py")) for name in names], _MARSHAL_VERSION)


def child_text(address: str, secret: bytes, patience: float) -> str:
    """For a process that a debuggee has started: it waits up to `patience` seconds to be let go."""
    call = f"child({address!r}, {secret!r}, {patience!r})"
    return f"__import__('builtins').exec({_compiled(call)}, {{}})\n"


def _compiled(call: str) -> str:
    """An expression that is the code of the first stage, ended by `call`."""
    source = f"{_read('first_stage.py')}\n{call}\n"
    return f"__import__('builtins').compile({source!r}, '<remora>/first_stage.py', 'exec', 0, True)"


def _read(name: str) -> str:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as file:
        return file.read()
