"""Getting into a running process: from a pid to a socket on which its agent speaks DAP.

Decides how long each way in is given before the next is tried, and what is said
when none leads anywhere.  Belongs to the calling thread.
"""

from __future__ import annotations

import socket
import time

from .. import sessions
from . import handshake, reasons
from .choose import LEFT_LYING, WAITS_FOR_GIL, order
from .first_stage_text import FirstStage
from .patience import Patience
from .probe import Target
from .process import Process, origin_of
from .rendezvous import Door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .choose import Attempt
    from .handshake import Bundle

#: Seconds for a way in while there is another one to try.
_PATIENCE = 0.1
_LOOK_EVERY = 0.01
#: Seconds for what is in the way of one way in, and may pass.
_LET_GO = 0.5
#: Why nobody would answer at the door either.
_NOBODY_ANSWERS = (reasons.GONE, reasons.ZOMBIE, reasons.STOPPED, reasons.GIL_HELD)
#: What another remora that gets in at the same time may be the cause of.
_OF_OTHERS = (reasons.TRACED, reasons.OTHER_SCRIPT)
_PASSING = (*_OF_OTHERS, reasons.MAIN_NOT_RUNNING)
#: Seconds between two tries while another agent leaves.
_LEAVING_PAUSE = 0.02
#: Seconds after which a thread that still waits for the GIL will not get it.
_GIL_PATIENCE = 1.3
#: Seconds for a traced program to take up what was left for it.
_TRACED_PATIENCE = 0.6
#: Seconds for the door of a prepared program, while there are other ways in.
_DOOR_PATIENCE = 0.3
#: The name of the way into a prepared program.
DOOR = "door"


class Attached:
    """An agent that is in its process.  `socket` is the caller's to close; DAP begins on it."""

    def __init__(self, sock: socket.socket, hello: dict[str, Any], way: str, held: float) -> None:
        self.socket = sock
        #: What the process has said of itself: its own `pid`, `tag`, `magic`, was the agent `present`.
        self.hello = hello
        #: The name of the way in.
        self.way = way
        #: Seconds for which threads of the target were stopped by ptrace.
        self.held = held


def attach(pid: int, bundle: Bundle, *, timeout: float = 5.0) -> Attached:
    """Put the agent into process `pid`, or become a client of the one that is there.

    Through the door of a program that is prepared, which needs no permission to trace; else by injection.
    `timeout` is in seconds: for others who are just getting in, again for the target
    to answer, and for it to load the bundle.  Raises `AttachError`; the target is as it was then.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            return _through_door(pid, bundle, timeout, _DOOR_PATIENCE) or _inject(pid, bundle, timeout)
        except handshake.Leaving as error:
            if time.monotonic() > deadline:
                raise reasons.NO_ANSWER.error(pid=pid, seconds=f"{timeout:g}") from error
            time.sleep(_LEAVING_PAUSE)


def hello_of(pid: int) -> dict[str, Any] | None:
    """What the prepared program `pid` says of itself (`handshake.hear`); None if it has no door for us."""
    sock = _at_door(pid)
    if sock is None:
        return None
    with sock:
        try:
            return handshake.hear(sock, _GIL_PATIENCE)
        except (OSError, ValueError):
            return None


def _inject(pid: int, bundle: Bundle, timeout: float) -> Attached:
    """By injection; or else through the door once more, behind which somebody may have been busy."""
    try:
        return _attach_once(pid, bundle, timeout)
    except reasons.AttachError as error:
        if error.reason in _NOBODY_ANSWERS:
            raise
        attached = _through_door(pid, bundle, timeout, min(timeout, _GIL_PATIENCE))
        if attached is None:
            raise
        return attached


def _through_door(pid: int, bundle: Bundle, timeout: float, patience: float) -> Attached | None:
    """None if there is no door, or nobody answers there for `patience` seconds: injection says why."""
    sock = _at_door(pid)
    if sock is None:
        return None
    process = _process(pid)
    try:
        try:
            hello = handshake.hear(sock, patience, process)
        except (OSError, ValueError):
            sock.close()
            return None
        handshake.bring(sock, b"", hello, bundle, _origin(pid), timeout, process)
    except BaseException as error:
        sock.close()
        if isinstance(error, (OSError, ValueError, KeyError, handshake.Refused)):
            raise handshake.failure(error, pid, timeout) from error
        raise
    return Attached(sock, hello, DOOR, 0.0)


def _at_door(pid: int) -> socket.socket | None:
    entered = sessions.dial_program(pid)
    return None if entered is None else socket.socket(fileno=entered.detach())


def _process(pid: int) -> Process | None:
    """None for one that cannot be seen from here, which its door can all the same."""
    try:
        return Process(pid)
    except OSError:
        return None


def _origin(pid: int) -> str | None:
    """For the cache of compiled code; a door may also lead where we may not look."""
    try:
        return origin_of(pid)
    except OSError:
        return None


def _attach_once(pid: int, bundle: Bundle, timeout: float) -> Attached:
    target = Target(pid)
    try:
        if target.refusal is not None:
            raise target.refusal
        entry = _Entry(target, timeout)
        sock = entry.open()
        try:
            hello = handshake.introduce(sock, entry.secret, bundle, target.origin, timeout, target.process)
        except BaseException as error:
            sock.close()
            if isinstance(error, (OSError, ValueError, KeyError, handshake.Refused)):
                raise handshake.failure(error, pid, timeout) from error
            raise
        return Attached(sock, hello, entry.way, entry.held)
    except OSError as error:
        if target.process.has_ended:
            raise reasons.GONE.error(pid=pid) from error
        raise
    finally:
        target.close()


class _Entry:
    """The search for a way in that leads to a connection."""

    def __init__(self, target: Target, timeout: float) -> None:
        self._target = target
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self.way = ""
        #: The ways by which a first stage is in the target; a second one would be of no use.
        self._started: set[str] = set()
        self.secret = b""
        self.held = 0.0

    def open(self) -> socket.socket:
        door = Door(self._target)
        self.secret = door.secret
        attempts: list[Attempt] = []
        try:
            return self._open(door, attempts)
        finally:
            door.close()
            for attempt in attempts:
                self.held += attempt.held
                attempt.give_up()

    def _open(self, door: Door, attempts: list[Attempt]) -> socket.socket:
        let_go = time.monotonic() + _LET_GO
        while True:
            try:
                return self._try_all(door, attempts)
            except reasons.AttachError as error:
                until = self._deadline if self._is_of_others(error) else let_go
                if error.reason not in _PASSING or time.monotonic() > until:
                    raise
            sock = door.accept(time.monotonic() + _LOOK_EVERY)
            if sock is not None:
                return sock

    def _try_all(self, door: Door, attempts: list[Attempt]) -> socket.socket:
        candidates = order(self._target, self._started)
        refusal: reasons.AttachError | None = None
        first_stage = FirstStage(door)
        for way in candidates:
            try:
                attempts.append(way.start(self._target, first_stage, self._deadline))
            except reasons.AttachError as error:
                refusal = refusal or error
                continue
            self.way = way.NAME
            self._started.add(way.NAME)
            self._deadline = time.monotonic() + self._timeout
            sock = self._wait(door, attempts[-1], is_last=way is candidates[-1])
            if sock is not None:
                return sock
        if all(attempt.progress() == LEFT_LYING for attempt in attempts):
            if refusal is not None:
                raise refusal
        else:
            # A thread has come by after all, while another way was tried.
            sock = door.accept(self._deadline)
            if sock is not None:
                return sock
        raise self._target.error(reasons.NO_ANSWER, seconds=f"{self._timeout:g}")

    def _is_of_others(self, error: reasons.AttachError) -> bool:
        """Whether another remora is in the way, on its own way in."""
        return error.reason in _OF_OTHERS and self._target.traced_by_stranger() is None

    def _wait(self, door: Door, attempt: Attempt, *, is_last: bool) -> socket.socket | None:
        if not is_last:
            sock = self._wait_for_pickup(door, attempt, time.monotonic() + _PATIENCE)
            if sock is not None or attempt.progress() == LEFT_LYING:
                return sock
        sock = self._wait_while_traced(door, attempt) or self._wait_for_gil(door)
        if sock is not None:
            return sock
        if attempt.progress() == WAITS_FOR_GIL:
            raise self._target.error(reasons.GIL_HELD)
        return door.accept(self._deadline)

    def _wait_while_traced(self, door: Door, attempt: Attempt) -> socket.socket | None:
        """A tracer keeps us from starting a thread, and may have stopped all: that is said soon.

        Raises `AttachError`.
        """
        traced = self._target.traced_by_stranger() if attempt.progress() == LEFT_LYING else None
        if traced is None:
            return None
        sock = door.accept(time.monotonic() + _TRACED_PATIENCE)
        if sock is None and attempt.progress() == LEFT_LYING:
            raise traced
        return sock

    def _wait_for_gil(self, door: Door) -> socket.socket | None:
        patience = Patience(self._target.process, _GIL_PATIENCE, self._deadline - time.monotonic())
        while True:
            sock = door.accept(patience.until())
            if sock is not None or patience.is_over():
                return sock

    def _wait_for_pickup(self, door: Door, attempt: Attempt, until: float) -> socket.socket | None:
        """Wait for a thread to come by; not long for one that has gone to sleep meanwhile."""
        process = self._target.process
        while True:
            sock = door.accept(min(until, time.monotonic() + _LOOK_EVERY))
            if sock is not None or time.monotonic() >= until:
                return sock
            if attempt.progress() == LEFT_LYING and process.syscall(process.pid) is not None:
                return None
