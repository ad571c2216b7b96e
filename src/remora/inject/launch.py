"""Starting a program with the agent in it from the first line on.

Decides how the first stage gets into a new process: Python is started on a few
characters of `-c` that read it from an inherited socket.  Putting `sys.argv`
and the like right, and running the program, is the agent's.  Belongs to the
calling thread.
"""

from __future__ import annotations

import socket
import subprocess

from . import handshake, reasons
from .first_stage_text import door_text, launch_text
from .process import Process, origin_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Callable, Mapping, Sequence, Union

    from .handshake import Bundle

    Stream = Union[None, int, IO[Any]]


#: Characters: the kernel takes no word of more than 128 KiB (execve(2)).
_LONGEST_WORD = 4096


class Program:
    """What to run: `kind` is "file", "module" or "code", as in `python FILE`, `-m MODULE`, `-c CODE`.

    Ctrl-C is left to the client while there is one, unless the program is `interruptible`.  One that
    is `held` waits for another client than that which starts it, whose connection ends when the
    program begins; it begins, too, when that connection is closed at this end.
    """

    def __init__(
        self,
        kind: str,
        value: str,
        args: Sequence[str] = (),
        *,
        interruptible: bool = False,
        held: bool = False,
        on_disconnect: str = "continue",
    ) -> None:
        self.kind = kind
        self.value = value
        self.args = list(args)
        self.interruptible = interruptible
        self.held = held
        #: What becomes of it, when it is stopped, as its last client goes without having said: or "stay".
        self.on_disconnect = on_disconnect

    @property
    def words(self) -> list[str]:
        """What would follow `python` on a command line; the agent gives them to the program as its own."""
        option = {"file": [], "module": ["-m"], "code": ["-c"]}[self.kind]
        return [*option, self.value, *self.args]

    def as_dict(self) -> dict[str, Any]:
        """As the agent gets it, in `hello["program"]`."""
        return vars(self)


class Launched:
    """A program that waits in its first moment; DAP begins on `socket`.  Both are the caller's."""

    def __init__(self, process: subprocess.Popen[bytes], sock: socket.socket, hello: dict[str, Any]) -> None:
        self.process = process
        self.socket = sock
        #: What the process has said of itself: its own `pid`, `tag`, `magic`.
        self.hello = hello


def launch(
    program: Program,
    bundle: Bundle,
    *,
    python: str,
    python_args: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    stdin: Stream = None,
    stdout: Stream = None,
    stderr: Stream = None,
    new_session: bool = False,
    door: bool = False,
    on_start: Callable[[subprocess.Popen[bytes]], None] | None = None,
    timeout: float = 10.0,
) -> Launched:
    """Start `python` with `python_args`, and `program` in it once the client says so.

    `timeout` is in seconds, for Python to start and load the bundle; the other
    arguments are those of `subprocess.Popen`.  With `new_session` no terminal
    controls the program, and it and its children are a process group.  With a `door` others
    come in by `attach` without a permission to trace, from its first moment to its end.
    `on_start` gets the process as soon as there is one.  The
    agent's loader is run on the main thread, and never comes back.  Raises
    `OSError` if `python` cannot be run, and `AttachError` (NOT_STARTED,
    BUNDLE_REFUSED, NO_ANSWER), having ended the process.
    """
    ours, theirs = socket.socketpair()
    process: subprocess.Popen[bytes] | None = None
    try:
        with theirs:
            opener = door_text() if door else b""
            first_stage = launch_text(theirs.fileno(), program.as_dict(), len(opener)).encode()
            command = _read_and_run(theirs.fileno(), len(first_stage))
            process = subprocess.Popen(
                [python, *python_args, "-c", command, *_for_people(program)],
                env=env,
                cwd=cwd,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=new_session,
                pass_fds=(theirs.fileno(),),
            )
        if on_start is not None:
            on_start(process)
        ours.sendall(first_stage + opener)
        origin, started = origin_of(process.pid), Process(process.pid)
        hello = handshake.introduce(ours, b"", bundle, origin, timeout, started)
        return Launched(process, ours, hello)
    except BaseException as error:
        ours.close()
        if process is None:
            raise
        raise _failure(error, process, timeout) from error


def _for_people(program: Program) -> list[str]:
    """The program's words, by which people find its process; as many, but those too long or odd are cut."""
    return [word.partition("\0")[0][:_LONGEST_WORD] for word in program.words]


def _read_and_run(fd: int, size: int) -> str:
    return f"exec(__import__('posix').read({fd},{size}),{{}})"


def _failure(error: BaseException, process: subprocess.Popen[bytes], timeout: float) -> BaseException:
    """The error to raise; the process has ended, by itself if the connection has."""
    # One that has ended has no directory in /proc to look into either.
    if isinstance(error, ConnectionError) or (isinstance(error, OSError) and process.poll() is not None):
        status = process.wait()
        return reasons.NOT_STARTED.error(status=status)
    process.kill()
    process.wait()
    expected = (OSError, ValueError, KeyError, handshake.Refused)
    return handshake.failure(error, process.pid, timeout) if isinstance(error, expected) else error
