"""Starting a process beside the program that is none of its children.

Decides how: a program may wait for any child of its own, and would meet ours.
`clone(2)` without a signal for its end makes a child that `wait` does not see;
that one runs a shell, which starts the process and ends.  No Python runs in it:
after a fork in a program of many threads, that could wait for ever.  Any thread.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Bytes of stack for `system`, which has its share of buffers.
_STACK = 1 << 18
#: Of `waitpid`: also children that no signal tells of.
_WALL = 0x40000000
#: Seconds for the shell to start something, and between two looks.
_PATIENCE, _PAUSE = 10.0, 0.002


def start(command: list[str], fd: int, *, quiet: bool = True) -> None:
    """Start `command` with `fd` as its standard input and output.  Raises `OSError` if that cannot be done.

    Whether the command is found shows by the end of its stream.  What it says
    on its error output is the program's, unless it is to be `quiet`.
    """
    import ctypes
    import os

    errors = "2>/dev/null " if quiet else ""
    line = "%s <&%d >&%d %s%d<&- &" % (" ".join(map(_quoted, command)), fd, fd, errors, fd)
    text = ctypes.create_string_buffer(os.fsencode(line))
    stack = ctypes.create_string_buffer(_STACK)
    library: Any = ctypes.CDLL(None, use_errno=True)
    top = (ctypes.addressof(stack) + _STACK) & ~15
    os.set_inheritable(fd, True)
    pid = library.clone(library.system, ctypes.c_void_p(top), 0, text)
    if pid < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    _fetch(pid)


def _fetch(pid: int) -> None:
    """Have the end of the intermediate process told to nobody else, and never wait for it for ever."""
    import os

    from .door import original

    pause = original("_thread").allocate_lock()
    pause.acquire()
    waited = 0.0
    while os.waitpid(pid, os.WNOHANG | _WALL)[0] != pid:
        pause.acquire(True, _PAUSE)
        waited += _PAUSE
        if waited > _PATIENCE:
            os.kill(pid, 9)


def _quoted(word: str) -> str:
    return "'%s'" % word.replace("'", "'\\''")
