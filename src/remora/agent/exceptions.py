"""Which exceptions stop the program: raised, uncaught, leaving the user's code.

Runs on the threads of the program.  Where unwinding is reported cheaply
(`sys.monitoring`), "uncaught" is seen when the exception leaves the outermost
frame; elsewhere the interpreter's own hooks for uncaught exceptions are
wrapped for as long as a client asks, and put back.
"""

from __future__ import annotations

import sys

from .compat import UNWIND_IS_CHEAP
from .exception_filter import ExceptionFilter
from .import_watch import ImportWatch
from .inspection.exception_details import message_without_code
from .inspection.presentation import class_name
from .scoping import OWN_PREFIX, is_hidden
from .threads import Stop
from .tracing.base import NOTHING, PY_UNWIND, RAISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any, Callable, Optional

    from .demands import Demands
    from .scoping import Scope

RAISED, UNCAUGHT, USER_UNHANDLED = "raised", "uncaught", "userUnhandled"

#: DAP `exceptionBreakpointFilters`; the mode is DAP's ExceptionBreakMode of a stop by this filter.
FILTERS = {
    RAISED: ("Raised Exceptions", False, "always"),
    UNCAUGHT: ("Uncaught Exceptions", True, "unhandled"),
    USER_UNHANDLED: ("User Uncaught Exceptions", False, "userUnhandled"),
}
#: Which filters a DAP ExceptionBreakMode, in `exceptionOptions`, stands for.
FILTERS_OF_MODE = {
    "never": (),
    "always": (RAISED,),
    "unhandled": (UNCAUGHT,),
    "userUnhandled": (USER_UNHANDLED,),
}


class ExceptionFilters:
    """The filters of all clients.  `set` and `drop` run on the reader thread."""

    def __init__(self, demands: Demands, stop: Callable[[Stop], None]) -> None:
        self._demands = demands
        self._hooks = _UncaughtHooks(self.uncaught, stop)
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
        """The stop at an exception that appears in `frame`.

        It is raised there, has first got to own code, or, for filters that want that, has come from a call.
        """
        traceback = exception.__traceback__
        if traceback is None or is_hidden(frame.f_code):
            return None
        deeper = traceback.tb_next
        for each in self._active.get(RAISED, ()):
            if each.scope.hides(frame) or not (each.in_each_frame or _is_first(deeper, each.scope)):
                continue
            if each.wants(frame, exception) and not _has_left(exception):
                return self._stop(RAISED, exception)
        return None

    def unwound(self, frame: FrameType, exception: BaseException) -> Optional[Stop]:
        """The stop at an exception that leaves `frame`."""
        caller = frame.f_back
        active = self._active
        filters = active.get(USER_UNHANDLED)
        if filters and caller is not None and exception is not self._last_stop:
            for each in filters:
                if each.scope.is_left(frame, caller) and each.wants(frame, exception):
                    return self._stop(USER_UNHANDLED, exception)
        if UNWIND_IS_CHEAP and UNCAUGHT in active and _is_outermost(caller) and not _has_left(exception):
            return self._decide(UNCAUGHT, frame, exception)
        return None

    def uncaught(self, exception: BaseException) -> Optional[Stop]:
        """The stop at an exception that nothing in the program has caught."""
        return self._decide(UNCAUGHT, sys._getframe(), exception)

    def stepped_to(self, exception: BaseException, event: str) -> Stop:
        """The stop of a step that was asked to end at an exception."""
        return self._stop(RAISED, exception, event=event)

    def over(self, exception: BaseException) -> Stop:
        """The stop that shows an exception which the program has dealt with."""
        return self._stop(UNCAUGHT, exception, finished=True)

    def program_exits(self, exception: SystemExit) -> None:
        """Stop at an exit of the program, if that is wanted: no hook is called for it."""
        if not UNWIND_IS_CHEAP:
            self._hooks.report(exception)

    def _decide(self, name: str, frame: FrameType, exception: BaseException) -> Optional[Stop]:
        if exception is self._last_stop:
            return None
        raising = _raising_frame(exception, frame)
        for each in self._active.get(name, ()):
            if _concerns(exception, each.scope) and each.wants(raising, exception):
                return self._stop(name, exception)
        return None

    def _stop(self, name: str, exception: BaseException, finished: bool = False, event: str = "") -> Stop:
        self._last_stop = exception
        return Stop(
            "exception",
            description=message_without_code(exception),
            text=class_name(type(exception), full=True),
            exception=exception,
            break_mode=FILTERS[name][2],
            post_mortem=name != RAISED,
            finished=finished,
            event=event,
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
        self._threads_to_come = ImportWatch("threading", self._wrap_threads)

    def place(self, wanted: bool) -> None:
        if wanted == bool(self._undo):
            return
        for module, wrapper, original in self._undo:
            if module.excepthook is wrapper:
                module.excepthook = original
        self._undo = []
        self._threads_to_come.remove()
        if wanted:
            self._wrap(sys, lambda hook: self._wrap_main(hook))
            if "threading" in sys.modules:
                self._wrap_threads()
            else:
                self._threads_to_come.place()

    def _wrap_threads(self) -> None:
        self._wrap(sys.modules["threading"], lambda hook: self._wrap_thread(hook))

    def _wrap(self, module: Any, wrap: Callable[[Any], Any]) -> None:
        original = module.excepthook
        module.excepthook = wrap(original)
        self._undo.append((module, module.excepthook, original))

    def _wrap_main(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        def excepthook(kind: Any, value: BaseException, traceback: Any) -> Any:
            self.report(value)
            return hook(kind, value, traceback)

        return excepthook

    def _wrap_thread(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        def excepthook(args: Any) -> Any:
            if args.exc_value is not None:
                self.report(args.exc_value)
            return hook(args)

        return excepthook

    def report(self, exception: BaseException) -> None:
        stop = self._decide(exception)
        if stop is not None:
            self._stop(stop)


def _is_first(deeper: Optional[TracebackType], scope: Scope) -> bool:
    """Whether an exception has not come through code of the user's before, `deeper` in its traceback."""
    while deeper is not None:
        if not scope.hides(deeper.tb_frame):
            return False
        deeper = deeper.tb_next
    return True


def _concerns(exception: BaseException, scope: Scope) -> bool:
    """Whether the exception has come through any code that is not hidden."""
    trace = exception.__traceback__
    while trace is not None:
        if not scope.hides(trace.tb_frame):
            return True
        trace = trace.tb_next
    return exception.__traceback__ is None


def _raising_frame(exception: BaseException, frame: FrameType) -> FrameType:
    trace = exception.__traceback__
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
    return frame


def _has_left(exception: BaseException) -> bool:
    """Whether the exception has gone through us, who start a program, and is past its code."""
    trace = exception.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(OWN_PREFIX):
            return True
        trace = trace.tb_next
    return False


def _is_outermost(caller: Optional[FrameType]) -> bool:
    """Whether no code of the program is left to catch an exception that arrives in `caller`."""
    if caller is None:
        return True
    code = caller.f_code
    if code.co_filename.startswith(OWN_PREFIX):
        return True
    # `Thread._bootstrap_inner` catches what leaves `run`, only to print it.
    return code.co_name == "_bootstrap_inner" and code.co_filename.endswith("threading.py")
