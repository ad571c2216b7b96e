"""Which exceptions stop the program: raised, uncaught, leaving the user's code.

Runs on the threads of the program.  Where unwinding is reported cheaply
(`sys.monitoring`), "uncaught" is seen when the exception leaves the outermost
frame; elsewhere the interpreter's own hooks for uncaught exceptions are
wrapped for as long as a client asks, and put back.
"""

from __future__ import annotations

import sys

from .compat import UNWIND_IS_CHEAP
from .expressions import evaluation
from .scoping import OWN_PREFIX, is_hidden
from .threads import Stop
from .tracing.base import NOTHING, PY_UNWIND, RAISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional

    from .demands import Demands
    from .scoping import Scoping

RAISED, UNCAUGHT, USER_UNHANDLED = "raised", "uncaught", "userUnhandled"

#: DAP `exceptionBreakpointFilters`; the mode is DAP's ExceptionBreakMode of a stop by this filter.
FILTERS = {
    RAISED: ("Raised Exceptions", False, "always"),
    UNCAUGHT: ("Uncaught Exceptions", True, "unhandled"),
    USER_UNHANDLED: ("User Uncaught Exceptions", False, "userUnhandled"),
}

#: Exceptions that control the flow of a program; "uncaught" and "raised" pass them by unless named.
_CONTROL_FLOW = (SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration, StopAsyncIteration)


class ExceptionFilter:
    """One filter of one client.  `condition` is a list of type names, or an expression with `exception`."""

    def __init__(self, name: str, condition: str = "") -> None:
        self.name = name
        words = [word.strip() for word in condition.split(",")]
        by_type = all(word.replace(".", "").replace("_", "").isalnum() for word in words)
        self._types = frozenset(words) if condition and by_type else frozenset()
        self._condition = condition if condition and not by_type else ""

    def wants(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether this exception is one that the client asked for."""
        if self._types:
            return any(_names(kind) & self._types for kind in type(exception).__mro__)
        if isinstance(exception, _CONTROL_FLOW):
            return False
        if not self._condition:
            return True
        try:
            holds = evaluation.evaluate(frame, self._condition, "watch", {"exception": exception})
        except evaluation.EvaluationError:
            return False
        return bool(holds.value)


class ExceptionFilters:
    """The filters of all clients.  `set` and `drop` run on the reader thread."""

    def __init__(self, demands: Demands, scoping: Scoping, stop: Callable[[Stop], None]) -> None:
        self._demands = demands
        self._scoping = scoping
        self._hooks = _UncaughtHooks(self._uncaught, stop)
        self._by_client: dict[int, tuple[ExceptionFilter, ...]] = {}
        self._active: dict[str, tuple[ExceptionFilter, ...]] = {}
        # An exception is seen again in each frame that it passes; held so that its id stays its own.
        self._last_stop: Optional[BaseException] = None

    def set(self, client: object, filters: list[ExceptionFilter]) -> None:
        """Replace the filters of `client`."""
        self._by_client[id(client)] = tuple(filters)
        self._update()

    def drop(self, client: object) -> None:
        self._by_client.pop(id(client), None)
        self._update()

    def forget(self) -> None:
        """Let go of the exception of the last stop."""
        self._last_stop = None

    def raised(self, frame: FrameType, exception: BaseException) -> Optional[Stop]:
        """The stop at an exception that appears in `frame`, where it was raised."""
        traceback = exception.__traceback__
        if traceback is None or traceback.tb_next is not None:
            return None  # it passes through; it was reported where it began
        if is_hidden(frame.f_code):
            return None
        return self._decide(RAISED, frame, exception)

    def unwound(self, frame: FrameType, exception: BaseException) -> Optional[Stop]:
        """The stop at an exception that leaves `frame`."""
        caller = frame.f_back
        if UNWIND_IS_CHEAP and UNCAUGHT in self._active and _is_outermost(caller):
            return self._decide(UNCAUGHT, frame, exception)
        if USER_UNHANDLED not in self._active or caller is None:
            return None
        is_library = self._scoping.is_library
        if is_library(frame.f_code.co_filename) or not is_library(caller.f_code.co_filename):
            return None
        return self._decide(USER_UNHANDLED, frame, exception)

    def _uncaught(self, exception: BaseException) -> Optional[Stop]:
        return self._decide(UNCAUGHT, sys._getframe(), exception)

    def _decide(self, name: str, frame: FrameType, exception: BaseException) -> Optional[Stop]:
        if exception is self._last_stop and name != RAISED:
            return None
        filters = self._active.get(name, ())
        if not any(each.wants(frame, exception) for each in filters):
            return None
        self._last_stop = exception
        return Stop(
            "exception",
            description=type(exception).__name__,
            text=FILTERS[name][0],
            exception=exception,
            break_mode=FILTERS[name][2],
            post_mortem=name == UNCAUGHT,
        )

    def _update(self) -> None:
        every = [each for filters in self._by_client.values() for each in filters]
        self._active = {
            name: tuple([each for each in every if each.name == name])
            for name in FILTERS
            if any(each.name == name for each in every)
        }
        events = RAISE if RAISED in self._active else NOTHING
        if USER_UNHANDLED in self._active or (UNWIND_IS_CHEAP and UNCAUGHT in self._active):
            events |= PY_UNWIND
        self._demands.want_all(self, events)
        if not UNWIND_IS_CHEAP:
            self._hooks.place(UNCAUGHT in self._active)


class _UncaughtHooks:
    """`sys.excepthook` and `threading.excepthook`, wrapped while a client wants uncaught exceptions."""

    def __init__(
        self, decide: Callable[[BaseException], Optional[Stop]], stop: Callable[[Stop], None]
    ) -> None:
        self._decide = decide
        self._stop = stop
        self._undo: list[tuple[Any, Any, Any]] = []

    def place(self, wanted: bool) -> None:
        if wanted == bool(self._undo):
            return
        for module, wrapper, original in self._undo:
            if module.excepthook is wrapper:
                module.excepthook = original
        self._undo = []
        if wanted:
            self._wrap(sys, lambda hook: self._wrap_main(hook))
            if "threading" in sys.modules:
                self._wrap(sys.modules["threading"], lambda hook: self._wrap_thread(hook))

    def _wrap(self, module: Any, wrap: Callable[[Any], Any]) -> None:
        original = module.excepthook
        module.excepthook = wrap(original)
        self._undo.append((module, module.excepthook, original))

    def _wrap_main(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        def excepthook(kind: Any, value: BaseException, traceback: Any) -> Any:
            self._report(value)
            return hook(kind, value, traceback)

        return excepthook

    def _wrap_thread(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        def excepthook(args: Any) -> Any:
            if args.exc_value is not None:
                self._report(args.exc_value)
            return hook(args)

        return excepthook

    def _report(self, exception: BaseException) -> None:
        stop = self._decide(exception)
        if stop is not None:
            self._stop(stop)


def _names(kind: type) -> set[str]:
    return {kind.__name__, "%s.%s" % (kind.__module__, kind.__qualname__)}


def _is_outermost(caller: Optional[FrameType]) -> bool:
    """Whether no code of the program is left to catch an exception that arrives in `caller`."""
    if caller is None:
        return True
    code = caller.f_code
    if code.co_filename.startswith(OWN_PREFIX):
        return True
    # `Thread._bootstrap_inner` catches what leaves `run`, only to print it.
    return code.co_name == "_bootstrap_inner" and code.co_filename.endswith("threading.py")
