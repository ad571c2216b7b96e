"""One exception filter of one client: which exceptions it means.

Runs on the threads of the program, for each exception that is looked at: hot.
"""

from __future__ import annotations

from ..dap import errors
from .expressions import evaluation
from .patterns import is_pattern, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Iterable, Optional

    from .scoping import Scope

#: Exceptions that control the flow of a program: passed by unless a condition names them.
_CONTROL_FLOW = (KeyboardInterrupt, GeneratorExit, StopIteration, StopAsyncIteration)

#: Types of exceptions that a filter remembers its answer for; programs may make new ones without end.
_MANY = 1000


class ExceptionFilter:
    """A filter by `name` (raised, uncaught, userUnhandled) and `condition`.

    The condition is an expression about `exception`, or a list, separated by
    commas, of `TypeName`, `package.TypeName`, patterns of such with `*`, and
    `in MODULE` for where the exception was raised; `!` before one of them
    makes an exception from the rest.  Raises `ValueError` for anything else.
    """

    def __init__(
        self,
        name: str,
        condition: str,
        scope: Scope,
        breaks_on_exit: Callable[[SystemExit], bool],
        in_each_frame: bool = False,
    ) -> None:
        self.name = name
        self.scope = scope
        #: Of "raised": stop in each frame that the exception comes through, not only in the first.
        self.in_each_frame = in_each_frame
        self._breaks_on_exit = breaks_on_exit
        items = [item.strip() for item in condition.split(",")] if condition.strip() else []
        is_list = all(_is_item(item) for item in items)
        self._expression = "" if is_list else condition
        self._types = _Names([item for item in items if not _module(item)] if is_list else [])
        self._modules = _Names([_module(item) for item in items if _module(item)] if is_list else [])
        self._known: dict[type, bool] = {}
        if not is_list:
            evaluation.condition(condition)  # the text is checked here, and its tools are there later

    def wants(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether this exception, seen in `frame`, is one that the client asked for."""
        kind = type(exception)
        known = self._known.get(kind)
        if known is None:
            known = self._wants_type(kind)
            if len(self._known) < _MANY:
                self._known[kind] = known
        if not known:
            return False
        if (
            isinstance(exception, SystemExit)
            and not self._types.names
            and not self._breaks_on_exit(exception)
        ):
            return False
        if self._modules and not self._modules.choose([_raised_in(exception, frame)]):
            return False
        return not self._expression or self._holds(frame, exception)

    def _wants_type(self, kind: type) -> bool:
        if not self._types.names and issubclass(kind, _CONTROL_FLOW):
            return False
        return self._types.choose([name for each in kind.__mro__ for name in _names(each)])

    def _holds(self, frame: FrameType, exception: BaseException) -> bool:
        try:
            result = evaluation.evaluate(frame, self._expression, "watch", {"exception": exception})
            return bool(result.value)
        except Exception:
            return False  # the expression is about other exceptions than this one


class _Names:
    """Names that are meant, and names that are not, each perhaps a pattern."""

    def __init__(self, items: Iterable[str]) -> None:
        items = list(items)
        self.names = [item for item in items if not item.startswith("!")]
        self._but_not = [item[1:].strip() for item in items if item.startswith("!")]

    def __bool__(self) -> bool:
        return bool(self.names or self._but_not)

    def choose(self, candidates: list[str]) -> bool:
        """Whether something that goes by these names is meant."""
        if any(_matches(pattern, each) for pattern in self._but_not for each in candidates):
            return False
        return not self.names or any(_matches(pattern, each) for pattern in self.names for each in candidates)


def _is_item(item: str) -> bool:
    word = _module(item) or item.lstrip("!").strip()
    return bool(word) and word.replace(".", "").replace("_", "").replace("*", "").replace("?", "").isalnum()


def _module(item: str) -> str:
    """`in shop` → `shop`, `!in shop` → `!shop`; nothing for a type."""
    sign = "!" if item.startswith("!") else ""
    word, _, module = item.lstrip("! ").partition(" ")
    return sign + module.strip() if word == "in" and module.strip() else ""


def _matches(pattern: str, name: str) -> bool:
    if is_pattern(pattern):
        return matches(pattern, name)
    return pattern == name


def _names(kind: type) -> tuple[str, str]:
    return kind.__name__, "%s.%s" % (kind.__module__, kind.__qualname__)


def _raised_in(exception: BaseException, frame: FrameType) -> str:
    """The name of the module in which the exception was raised."""
    trace = exception.__traceback__
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
    module: Any = frame.f_globals.get("__name__")
    return str(module)


def exit_test(options: dict[str, Any]) -> Callable[[SystemExit], bool]:
    """Which exits of the program are exceptions: options `breakOnSystemExit` and `breakOnSystemExitZero`.

    Without them, those that tell of a failure: neither 0 nor nothing, nor 3 under the reloaders of Django
    and Flask.  Raises `errors.RequestError` for what is no exit code.
    """
    wanted = options.get("breakOnSystemExit")
    if wanted is not None:
        ranges = [_range(each) for each in wanted]
        return lambda error: any(first <= _status(error) <= last for first, last in ranges)
    ignored = set() if options.get("breakOnSystemExitZero") else {0}
    if options.get("django") or options.get("flask"):
        ignored.add(3)
    return lambda error: _status(error) not in ignored


def _range(code: Any) -> tuple[int, int]:
    first, last = (code.get("from"), code.get("to")) if isinstance(code, dict) else (code, code)
    if not isinstance(first, int) or not isinstance(last, int):
        raise errors.invalid_arguments("breakOnSystemExit", "holds exit codes and ranges {from, to} of them")
    return first, last


def _status(error: SystemExit) -> int:
    """The exit status that the interpreter would give: 1 for what is printed instead."""
    code: Optional[Any] = error.code
    if code is None:
        return 0
    return code if isinstance(code, int) else 1
