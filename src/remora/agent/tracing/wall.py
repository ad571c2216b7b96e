"""The wall between the tracers and the program: whose is an exception that leaves a listener?

An error of ours must never reach the program.  What belongs to the program
must reach it: its signal handlers run between any two instructions of its main
thread, those of our callbacks too, and may raise.
"""

from __future__ import annotations

import sys

from .base import Injected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Optional


class Wall:
    """Calls a listener, and lets nothing through but what belongs to the program.

    `on_error` is told of what is ours, `on_raise` before something is raised in the program.
    """

    def __init__(
        self, on_error: Callable[[BaseException], None], on_raise: Optional[Callable[[], object]] = None
    ) -> None:
        self._on_error = on_error
        self._on_raise = on_raise

    def tell(self, report: Callable[..., None], *arguments: Any) -> None:
        """Call `report`.  Raises what it raised if that belongs to the program."""
        belongs: Optional[BaseException] = None
        try:
            report(*arguments)
        except BaseException as error:
            belongs = self.sift(error)
        # Raised out here, so that it does not get `Injected` for its context.
        if belongs is not None:
            raise belongs

    def sift(self, error: BaseException) -> Optional[BaseException]:
        """The exception to be raised in the program for `error`; if there is none, it is reported as ours."""
        belongs = _programs_exception(error)
        if belongs is None:
            self._on_error(error)
        elif self._on_raise is not None:
            self._on_raise()
        return belongs


def _programs_exception(error: BaseException) -> Optional[BaseException]:
    if isinstance(error, Injected):
        return error.exception
    # Nothing of ours raises these: one is of the interpreter's own handler for SIGINT, the other was sent
    # to the thread to end it (`terminateThreads`).
    if isinstance(error, (KeyboardInterrupt, SystemExit)) or _passed_signal_handler(error):
        return error
    return None


def _passed_signal_handler(error: BaseException) -> bool:
    handlers = _signal_handlers()
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code in handlers:
            return True
        traceback = traceback.tb_next
    return False


def _signal_handlers() -> list[CodeType]:
    """The code of the program's signal handlers that are functions or methods."""
    signal: Any = sys.modules.get("_signal")
    if signal is None:
        return []
    handlers = [signal.getsignal(number) for number in range(1, signal.NSIG)]
    # Those in whose place ours stand (`signals`) are still the program's.
    handlers = [getattr(handler, "programs", handler) for handler in handlers]
    functions = [getattr(handler, "__func__", handler) for handler in handlers]
    return [each.__code__ for each in functions if hasattr(each, "__code__")]
