"""When a breakpoint that is reached stops the program: condition, hit condition, log message.

Runs on the thread that reached it; the callables come ready compiled from
`evaluation`.
"""

from __future__ import annotations

from ..dap import errors
from .expressions import evaluation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable

    Report = Callable[[str, str], None]

#: Code objects that a condition stays compiled for: reloading a module makes new ones.
_MANY = 100

#: How a hit condition may begin, longest first; a bare number means `==`.
_HIT_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda hits, number: hits == number,
    ">=": lambda hits, number: hits >= number,
    "<=": lambda hits, number: hits <= number,
    ">": lambda hits, number: hits > number,
    "<": lambda hits, number: hits < number,
    "%": lambda hits, number: hits % number == 0,
}


def parse_hit_condition(text: str) -> Callable[[FrameType, int], Any]:
    """`5`, `==5`, `>5`, `>=5`, `<5`, `<=5` or `%5` → a test of the number of hits.

    Anything else is an expression of the program's language, in which `hits`
    (and `@HIT@`, as others write it) is that number.  Raises
    `errors.RequestError` for what is neither.
    """
    stripped = text.strip()
    operator = next((each for each in _HIT_OPERATORS if stripped.startswith(each)), "")
    digits = stripped[len(operator) :].strip()
    if digits.isdigit() and not (operator == "%" and int(digits) == 0):
        number = int(digits)
        test = _HIT_OPERATORS[operator or "=="]
        return lambda frame, hits: test(hits, number)
    expression = stripped.replace("@HIT@", "hits")
    try:
        evaluation.condition(expression)
    except (SyntaxError, ValueError):
        reason = "write N, ==N, >N, >=N, <N, <=N or %N with a number N, or an expression about 'hits'."
        raise errors.invalid_condition(text, reason) from None
    return lambda frame, hits: evaluation.evaluate(frame, expression, "watch", {"hits": hits}).value


class Probe:
    """One breakpoint's decision, made each time that it is reached."""

    def __init__(
        self,
        number: int,
        report: Report,
        *,
        condition: str = "",
        hit_condition: str = "",
        log_message: str = "",
    ) -> None:
        self.id = number
        self.reached = 0
        self._report = report
        self._condition_text = condition
        #: The condition, compiled for each code object in which it was asked; they keep their ids.
        self._conditions: dict[int, tuple[CodeType, Callable[[FrameType], Any]]] = {}
        self._complained = False
        self._hit_condition_text = hit_condition
        self._hit_condition = parse_hit_condition(hit_condition) if hit_condition else None
        self._log = _compiled_message(log_message) if log_message else None
        if condition:
            _check_syntax(condition)

    def wants_stop(self, frame: FrameType) -> bool:
        """Whether the thread in `frame` is to stop here; counts the hit and writes the log message."""
        if self._condition_text and not self._holds(frame):
            return False
        self.reached += 1
        if self._hit_condition is not None and not self._is_due(frame):
            return False
        if self._log is None:
            return True
        self._report("stdout", self._log(frame) + "\n")
        return False

    def _holds(self, frame: FrameType) -> bool:
        code = frame.f_code
        known = self._conditions.get(id(code))
        if known is None:
            if len(self._conditions) >= _MANY:
                self._conditions.clear()
            known = self._conditions[id(code)] = (code, evaluation.condition(self._condition_text, code))
        try:
            return bool(known[1](frame))
        except Exception as error:
            self._complain("condition", self._condition_text, "%s: %s" % (type(error).__name__, error))
            return False

    def _is_due(self, frame: FrameType) -> bool:
        assert self._hit_condition is not None
        try:
            return bool(self._hit_condition(frame, self.reached))
        except Exception as error:
            self._complain("hit condition", self._hit_condition_text, str(error))
            return False

    def _complain(self, what: str, text: str, problem: str) -> None:
        """Say once what is wrong with a condition: it may be reached a million times a second."""
        if not self._complained:
            self._complained = True
            sentence = "breakpoint %d does not stop: its %s %r raised %s\n"
            self._report("important", sentence % (self.id, what, text, problem))


def _compiled_message(template: str) -> Callable[[FrameType], str]:
    try:
        return evaluation.log_message(template)
    except (SyntaxError, ValueError) as error:
        raise errors.invalid_condition(template, "it is no log message (%s)." % error) from None


def _check_syntax(condition: str) -> None:
    """Raises `errors.RequestError`.  Compiled here, on the reader, so that what that needs is there later."""
    try:
        evaluation.condition(condition)
    except (SyntaxError, ValueError) as error:
        reason = "it is not an expression (%s)." % error
        raise errors.invalid_condition(condition, reason) from None
