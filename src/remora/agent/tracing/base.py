"""The border between the interpreter's events and the rest of the agent.

It is drawn in the terms of `sys.monitoring` (PEP 669): events are wanted per
code object or for all code, and a line that nobody wants costs nothing after
its first report.  The `sys.settrace` tracer of older versions imitates that.

A tracer decides nothing: it knows no breakpoints, steps or clients.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, FrozenSet, Optional, Protocol

    #: The lines of a code object whose LINE events are wanted; None means all.
    Lines = Optional[FrozenSet[int]]
else:
    Protocol = object

# Events, as bits of one integer.  Names and meanings are those of `sys.monitoring.events`.
LINE = 1  # a line is about to run; also each backward jump to the line that jumps (one-line loops)
PY_START = 2  # a function, class body or module begins
PY_RESUME = 4  # a generator or coroutine goes on (PY_RESUME and PY_THROW)
PY_RETURN = 8  # a frame is about to return
PY_YIELD = 16  # a generator or coroutine is about to yield
PY_UNWIND = 32  # an exception leaves a frame
CALL = 128  # a frame calls a function or method written in Python (of code only)
INSTRUCTION = 256  # an instruction is about to run (of code only)
RAISE = 64  # an exception is raised in, or arrives in, a frame (for all code only)

NOTHING = 0


class Listener(Protocol):
    """What a tracer tells, each on the thread in which it happened.

    The tracer calls these inside its own wall: an exception that leaves a
    listener's method goes to `Tracer.on_error` and never into the program,
    except what belongs to the program, which is raised there: the exception in
    `Injected`, `KeyboardInterrupt`, and what one of its signal handlers raised.
    """

    def code_found(self, code: CodeType, frame: FrameType) -> None:
        """A code object begins or goes on for the first time since `find_code` (it may be told again)."""

    def line(self, frame: FrameType, line: int) -> None: ...

    def instruction(self, frame: FrameType, offset: int) -> None:
        """INSTRUCTION: of a line's first one after the line itself is told."""

    def start(self, frame: FrameType) -> None:
        """PY_START or PY_RESUME."""

    def py_return(self, frame: FrameType, value: Any) -> None: ...

    def py_yield(self, frame: FrameType, value: Any) -> None: ...

    def called(self, frame: FrameType, code: CodeType) -> None:
        """CALL: `frame` calls `code`, whose frame has not begun to run."""

    def unwind(self, frame: FrameType, exception: Optional[BaseException]) -> None:
        """An exception leaves the frame: None if the interpreter did not tell which (rare, 3.8 to 3.11)."""

    def raised(self, frame: FrameType, exception: BaseException) -> None: ...

    def checkpoint(self, frame: FrameType) -> None:
        """While `interrupt(True)`: a thread passes an event, of whatever kind."""


class Injected(Exception):
    """Carries an exception that belongs to the program through the tracer's wall.

    A signal handler of the program may raise while its thread is parked in a
    listener; the exception is raised where the program was when it goes on.
    """

    def __init__(self, exception: BaseException) -> None:
        super().__init__()
        self.exception = exception


class Tracer(Protocol):
    """A source of interpreter events.  Methods may be called on any thread that holds the GIL.

    Threads whose ident is in `own_threads` (the agent's) never report.
    """

    name: str
    #: What cannot be traced in this interpreter, and why: sentences for the user.
    limits: list[str]

    def start(self, listener: Listener, on_error: Callable[[BaseException], None]) -> None:
        """Take hold of the interpreter's facility.  No event is wanted yet, and nothing costs yet.

        Raises `TracerUnavailable` with a sentence that names the holder.
        """

    def stop(self) -> None:
        """Give everything back: no event is reported after this, on any thread.  Idempotent."""

    def set_local_events(self, code: CodeType, events: int, lines: Lines = None) -> None:
        """Replace what is wanted of `code`, also where it is running now.

        With LINE among `events`, `lines` limits the reports to those lines.
        """

    def set_events(self, events: int) -> None:
        """Replace what is wanted of all code (LINE and PY_YIELD are not wanted of all code)."""

    def find_code(self, wanted: bool) -> None:
        """Report each code object when it next begins or goes on, once (again after each call with True).

        Code that is running now is not reported: the caller looks at the stacks itself.
        """

    def interrupt(self, wanted: bool) -> None:
        """While True, each thread that runs Python code reaches `Listener.checkpoint` at its next event."""

    def move(self, frame: FrameType, line: int) -> None:
        """Have `frame`, in which this thread stands in a listener, go on at `line`.

        Raises `ValueError` with the interpreter's reason why it cannot; so it does in events other than LINE.
        Source: `frame.f_lineno`, and Objects/frameobject.c of CPython.
        """

    def rescan(self) -> bool:
        """Find threads that do not report yet, let go of those that need not; False if that is done.

        The reader calls it every now and then while it returns True.
        """

    def own_threads(self) -> set[int]:
        """The set of thread idents that never report; the caller adds and removes."""


class TracerUnavailable(Exception):
    """The interpreter's tracing facility cannot be taken; the text says who holds it."""
