"""What a program calls to be debugged: `remora.listen` and its like.

Decides what happens when something is in the way: the program goes on.  Any
thread of the program.
"""

from __future__ import annotations

import sys

from .. import sessions
from ..inject import first_stage
from . import presence
from .dialling import Dialling, place
from .door import Door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Optional, Set

#: The one of this process.
_door = Door(sessions, first_stage)
#: By address.
_dialled: Dict[str, Dialling] = {}
#: Addresses at which a gateway beside this process serves it.
_served: Set[str] = set()


def listen(
    address: Optional[str] = None, *, wait: bool = False, timeout: Optional[float] = None
) -> Optional[str]:
    """Let this user's debuggers in from now on, and go on at once.

    `remora attach` and `remora ps` find the program then without a permission
    to trace it.  With an `address`, "[HOST:]PORT", an SSH server beside the
    program lets in those of other hosts, too.  With `wait`, wait for a client, `timeout` seconds at most,
    which is said on standard error.  Returns the path of the socket; None if
    there can be none, which is no reason for the program not to go on.
    """
    try:
        path = _door.open()
    except Exception as error:  # mostly an OSError; a program that changed its user may lack modules, too
        if wait:
            _say("cannot be debugged: %s" % error)
        return None
    if address is not None and address not in _served:
        _serve(address)
    if wait and not presence.is_watched():
        _say_how("waits for a debugger")
        presence.wait(timeout, stops=False)
    return path


def connect(
    address: str = "127.0.0.1:1027",
    *,
    again: bool = False,
    wait: bool = False,
    timeout: Optional[float] = None,
) -> None:
    """Dial out to a person who listens (`remora listen`), in the background, until one is there.

    `address` is "[USER@][HOST][:PORT]", or a port of this host.  Another host
    is reached by the system's `ssh`, which asks nothing.  Nobody listening is
    no reason for the program to fail or to wait, but with `wait`, which waits
    for a client, `timeout` seconds at most.  When a session is over it is not
    dialled `again`, unless you say so.  Raises `ValueError` for what is no address.
    """
    known = _dialled.get(address)
    if known is None or known.is_over:
        _dial(address, again)
    if wait and not presence.is_watched():
        _say("waits for a debugger at %s" % address)
        presence.wait(timeout, stops=False)


def breakpoint(*args: Any, **kwargs: Any) -> None:
    """Stop in the caller if a debugger is there, else go on at once.

    For `PYTHONBREAKPOINT=remora.breakpoint`, too (PEP 553); arguments are ignored.
    """
    agent = sys.modules.get("_remora")
    if agent is not None:
        _stop(sys._getframe(1))


def debug(*args: Any, **kwargs: Any) -> None:
    """Stop in the caller; wait for a debugger if none is there, which is said on standard error.

    For `PYTHONBREAKPOINT=remora.debug`, too (PEP 553); arguments are ignored.
    """
    if _wait_for_client():
        _stop(sys._getframe(1))


def post_mortem(exc: Optional[BaseException] = None) -> None:
    """Stop where an exception came from; wait for a debugger if none is there.

    By default it is the one that is being handled, else the last one that
    ended at the prompt.  Raises `ValueError` if there is none.
    """
    error = exc if exc is not None else _last_exception()
    if error is None:
        raise ValueError("there is no exception; give one: remora.post_mortem(exc)")
    if _wait_for_client():
        show = getattr(presence.agent(), "post_mortem", None)
        if show is not None:
            show(error)


def install(signal: int = 10) -> None:
    """Have a signal, SIGUSR1 by default, open the door, and stop the program if a debugger is there.

    Nothing of it costs anything before.  Raises `ValueError` off the main
    thread, as `signal.signal` does, and where the program handles that signal.
    """
    import signal as signals

    if signals.getsignal(signal) not in (signals.SIG_DFL, signals.SIG_IGN, _on_signal):
        raise ValueError("the program handles signal %d itself; choose another one" % signal)
    signals.signal(signal, _on_signal)


def _on_signal(number: int, frame: Optional[FrameType]) -> None:
    was_open = bool(_door.path)
    if presence.is_watched() and frame is not None:
        _stop(frame)
    elif listen() is None:
        _say("cannot be debugged: there is no place for its socket")
    elif not was_open:
        _say_how("can be debugged")


def _serve(address: str) -> None:
    from .beside import serve

    try:
        serve(address)
        _served.add(address)
    except OSError as error:
        _say("is not served at %s: %s" % (address, error))


def _dial(address: str, again: bool) -> None:
    where = place(address)
    if not _dialled:
        import os

        os.register_at_fork(after_in_child=_dial_from_child)
    dialling = _dialled[address] = Dialling(where, _door.threads, again=again)
    try:
        dialling.start()
    except RuntimeError:
        dialling.is_over = True  # no thread can be started; the program goes on


def _dial_from_child() -> None:
    """What its parent dials, a forked child dials for itself; the session is its parent's."""
    for address, dialling in list(_dialled.items()):
        _dialled[address] = dialling.renewed(_door.threads)


def _stop(frame: FrameType) -> None:
    stop = getattr(presence.agent(), "stop_at_call", None)
    if stop is not None:
        stop(frame)


def _wait_for_client() -> bool:
    """Whether a client is there in the end; the program goes on if none can come."""
    if presence.is_watched():
        return True
    try:
        _door.open()
    except Exception as error:
        _say("cannot be debugged: %s" % error)
        return False
    _say_how("waits for a debugger")
    return presence.wait(None, stops=True)


def _last_exception() -> Optional[BaseException]:
    current = sys.exc_info()[1]
    return current if current is not None else getattr(sys, "last_value", None)


def _say_how(what: str) -> None:
    import os

    _say("%s; connect with: remora attach %d" % (what, os.getpid()))


def _say(text: str) -> None:
    """One line, where the program's own errors go; a program without that gets none."""
    import os

    line = "remora: process %d %s\n" % (os.getpid(), text)
    try:
        sys.stderr.write(line)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return
