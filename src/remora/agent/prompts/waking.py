"""Interrupting the main thread where it waits in C, too: in `sleep`, `recv`, `acquire`.

An exception from another thread is met when the call comes back.  A signal has
it come back at once, on the main thread, if a handler of Python's kind is in its
place and raises.  That is there only while what was typed runs on the main
thread, for a signal that the program ignores, as it does by default: one that
comes late does nothing.

Source: PEP 475.
"""

from __future__ import annotations

from ..isolate import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..jobs import Job

#: Those that do nothing by default, and that few programs use.
_SIGNALS = ("SIGURG", "SIGWINCH")


def run_wakeably(job: Job) -> None:
    """`job.run()`; on the main thread an interruption ends what waits in C."""
    signals = library("_signal")
    numbers = [getattr(signals, name) for name in _SIGNALS]
    free = [number for number in numbers if signals.getsignal(number) == signals.SIG_DFL]

    def arrived(number: int, frame: Any) -> None:
        job.strike()

    try:
        number = free[0]
        signals.signal(number, arrived)
    except (IndexError, ValueError):
        job.run()  # the program uses them, or this is not the main thread
        return
    try:
        job.interrupt_by(lambda ident: signals.pthread_kill(ident, number))
        job.run()
    finally:
        signals.signal(number, signals.SIG_DFL)
