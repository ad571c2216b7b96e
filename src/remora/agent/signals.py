"""What becomes of the signals that the program gets: stop, tell, pass on.

By a handler of the interpreter's own kind, so that it runs where the program's
would, on the main thread between two instructions.  It stands in the place of
the program's while a client wants something of the signal, and takes itself
away after that.
"""

from __future__ import annotations

import sys

from .inspection.frames import is_agent_code, visible_stack
from .inspection.presentation import printable
from .interruption import call_on_main
from .isolate import library, os
from .threads import Stop
from .tracing.base import Injected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional

    from .announcer import Announcer
    from .errands import Errands
    from .execution import Execution
    from .threads import ThreadTable

    Arrival = Callable[[int, Optional[FrameType]], bool]

#: No handler is called for these, or the program could not go on after it.
_UNCATCHABLE = ("SIGKILL", "SIGSTOP")
_FATAL = ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL")
#: Seconds that the main thread gets to take the handlers out at the end of a session.
_FAREWELL = 0.1
#: `SIG_DFL`; the other one that is a number is `SIG_IGN`.
_DEFAULT = 0


class Policy:
    """What is to become of a signal.  Data only."""

    def __init__(self, stop: bool = False, tell: bool = False, deliver: bool = True) -> None:
        self.stop = stop
        self.tell = tell
        self.deliver = deliver

    @property
    def is_usual(self) -> bool:
        """Whether it asks for nothing that the interpreter does not do without us."""
        return self.deliver and not self.stop and not self.tell


class Signals:
    """The policies of a session.  Reader thread, but for `_arrived`, which the main thread calls."""

    def __init__(
        self, threads: ThreadTable, execution: Execution, announcer: Announcer, errands: Errands
    ) -> None:
        self._threads = threads
        self._execution = execution
        self._announcer = announcer
        self._errands = errands
        self._pid = os.getpid()
        self._policies: dict[int, Policy] = {}
        #: Our handlers by the numbers of their signals.
        self._placed: dict[int, _Handler] = {}

    def all(self) -> list[dict[str, Any]]:
        """Every signal as a `RemoraSignal`."""
        return [self.describe(number) for number in sorted(names_by_number())]

    def describe(self, number: int) -> dict[str, Any]:
        """One signal as a `RemoraSignal`."""
        name = names_by_number()[number]
        policy = self._policies.get(number, Policy())
        body: dict[str, Any] = {
            "name": name,
            "number": number,
            "description": library("_signal").strsignal(number) or name,
            "handler": _handler_name(self._programs_handler(number)),
            "stop": policy.stop,
            "print": policy.tell,
            "deliver": policy.deliver,
        }
        refusal = self._refusal(number)
        if refusal:
            body["refusal"] = refusal
        if policy.is_usual == (number in self._placed):
            body["pending"] = True
        return body

    def handle(self, number: int, policy: Policy) -> None:
        """Have this become of a signal.  Raises `ValueError` with a clause that says why it cannot."""
        refusal = self._refusal(number)
        if refusal and not policy.is_usual:
            raise ValueError(refusal)
        self._policies[number] = policy
        if policy.is_usual == (number in self._placed):
            self._settle_soon(number)
            self._errands.wait(_FAREWELL)

    def policy(self, number: int) -> Policy:
        return self._policies.get(number, Policy())

    def stop(self) -> None:
        """Every handler is the program's again, as soon as the main thread can see to it."""
        self._policies.clear()
        if not self._placed:
            return
        for handler in list(self._placed.values()):
            handler.arrived = None
        for number in list(self._placed):
            self._settle_soon(number)
        if not self._threads.main().parked:
            if not self._errands.wait(_FAREWELL):
                # It is blocked in C.
                for handler in list(self._placed.values()):
                    call_on_main(handler.leave)
            self._errands.stop()
            self._placed.clear()

    def leave_child(self) -> None:
        """In a forked child: the handlers are taken out if this is its main thread, and ours do nothing."""
        for number, handler in list(self._placed.items()):
            handler.arrived = None
            try:
                self._take_out(number)
            except ValueError:
                continue  # another thread forked: our handler passes on what it gets, and takes itself out

    def _settle_soon(self, number: int) -> None:
        self._errands.add(lambda: self._settle(number))

    def _settle(self, number: int) -> None:
        """Put our handler in its place or take it out, as is wanted now.  Main thread."""
        if not self.policy(number).is_usual:
            self._place(number)
        else:
            self._take_out(number)

    def _place(self, number: int) -> None:
        signal = library("_signal")
        programs = signal.getsignal(number)
        if number not in self._placed and programs is not None:
            handler = self._placed[number] = _Handler(number, programs, self._arrived)
            signal.signal(number, handler)

    def _take_out(self, number: int) -> None:
        handler = self._placed.get(number)
        if handler is not None:
            handler.leave()
            del self._placed[number]

    def _arrived(self, number: int, frame: Optional[FrameType]) -> bool:
        """A signal has come; whether the program is to get it.  Main thread, between two instructions."""
        policy = self._policies.get(number)
        if policy is None or os.getpid() != self._pid:
            return True
        name = names_by_number()[number]
        if policy.stop and self._is_put_off(number, name, frame):
            return False
        if policy.tell:
            self._tell(name)
        if policy.stop:
            text = "%s: %s" % (name, library("_signal").strsignal(number))
            self._execution.stop_here(Stop("signal", description=text, text=name))
        return policy.deliver

    def _is_put_off(self, number: int, name: str, frame: Optional[FrameType]) -> bool:
        """Whether this is no time to stop; then it comes again."""
        thread = self._threads.current()
        if thread.parked:
            # It stands still already: the signal is the first that it sees when it goes on.
            thread.afterwards.append(lambda: self._again(number))
            self._tell(name, " It sees that when it goes on.")
            return True
        if frame is not None and is_agent_code(frame.f_code):
            # Code of ours runs, perhaps under a lock that a stop needs.
            self._errands.again(lambda: self._again(number))
            return True
        return False

    def _again(self, number: int) -> None:
        placed = self._placed.get(number)
        frames = visible_stack(sys._getframe())
        if placed is not None and frames:
            try:
                placed(number, frames[0])
            except BaseException as error:
                raise Injected(error) from None

    def _tell(self, name: str, more: str = "") -> None:
        text = "The program has got %s.%s\n" % (name, more)
        self._announcer.broadcast("output", {"category": "console", "output": text})

    def _programs_handler(self, number: int) -> Any:
        placed = self._placed.get(number)
        if placed is not None and placed.is_placed():
            return placed.programs
        return library("_signal").getsignal(number)

    def _refusal(self, number: int) -> str:
        name = names_by_number()[number]
        if name in _UNCATCHABLE:
            return "no program can catch it"
        if name in _FATAL:
            return "the program cannot go on after it"
        if self._programs_handler(number) is None:
            return "its handler is not Python's, and could not be put back"
        return ""


def names_by_number() -> dict[int, str]:
    """The signals of the platform; of those with two names, the one that comes first in the alphabet."""
    signal = library("_signal")
    found: dict[int, str] = {}
    for name in sorted(dir(signal)):
        if name.startswith("SIG") and not name.startswith("SIG_") and "RTM" not in name:
            found.setdefault(getattr(signal, name), name)
    return found


def number_of(text: str) -> Optional[int]:
    """The number of a signal by its name, with or without SIG, or by its number."""
    names = names_by_number()
    if text.isdigit():
        return int(text) if int(text) in names else None
    wanted = text.upper()
    value = getattr(library("_signal"), wanted if wanted.startswith("SIG") else "SIG" + wanted, None)
    return int(value) if value in names else None


class _Handler:
    """Stands in the place of a handler of the program.

    It outlives the session where it cannot be taken out at its end, and then passes on what comes.
    """

    def __init__(self, number: int, programs: Any, arrived: Arrival) -> None:
        self.programs = programs
        #: Who decides what is to become of the signal; nobody any more after the session.
        self.arrived: Optional[Arrival] = arrived
        self._number = number
        self._signal = library("_signal")

    def __call__(self, number: int, frame: Optional[FrameType]) -> None:
        if self.arrived is None:
            self.leave()
        elif not self.arrived(number, frame):
            return
        if type(self.programs) is not int:
            self.programs(number, frame)
        elif self.programs == _DEFAULT:
            self._signal.signal(number, _DEFAULT)
            self._signal.raise_signal(number)
            if self.arrived is not None:
                self._signal.signal(number, self)

    def is_placed(self) -> bool:
        """Whether the program has not put another one in its place since."""
        return self._signal.getsignal(self._number) is self

    def leave(self) -> None:
        """Put the program's handler back.  Main thread."""
        if self.is_placed():
            self._signal.signal(self._number, self.programs)


def _handler_name(handler: Any) -> str:
    if handler is None:
        return "not from Python"
    if type(handler) is int:
        return "default" if handler == _DEFAULT else "ignored"
    code = getattr(handler, "__code__", None)
    if code is not None and is_agent_code(code):
        return "remora's"  # that of `launch`, which leaves Ctrl-C to the console
    name = getattr(handler, "__qualname__", None) or type(handler).__qualname__
    return printable(str(name))
