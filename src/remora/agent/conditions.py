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
    from typing import Any, Callable, Optional

    Report = Callable[[str, str], None]

#: How a hit condition may begin, longest first; a bare number means `==`.
_HIT_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda hits, number: hits == number,
    ">=": lambda hits, number: hits >= number,
    "<=": lambda hits, number: hits <= number,
    ">": lambda hits, number: hits > number,
    "<": lambda hits, number: hits < number,
    "%": lambda hits, number: hits % number == 0,
}


def parse_hit_condition(text: str) -> Callable[[int], bool]:
    """`5`, `==5`, `>5`, `>=5`, `<5`, `<=5` or `%5` → a test of the number of hits.

    Raises `errors.RequestError` for anything else.
    """
    stripped = text.strip()
    operator = next((each for each in _HIT_OPERATORS if stripped.startswith(each)), "")
    digits = stripped[len(operator) :].strip()
    if not digits.isdigit() or (operator == "%" and int(digits) == 0):
        raise errors.invalid_condition(text, "write N, ==N, >N, >=N, <N, <=N or %N with a number N.")
    number = int(digits)
    test = _HIT_OPERATORS[operator or "=="]
    return lambda hits: test(hits, number)


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
        self._condition: Optional[Callable[[FrameType], Any]] = None
        self._compiled_for: Optional[CodeType] = None
        self._hit_condition = parse_hit_condition(hit_condition) if hit_condition else None
        self._log = _compiled_message(log_message) if log_message else None
        if condition:
            _check_syntax(condition)

    def wants_stop(self, frame: FrameType) -> bool:
        """Whether the thread in `frame` is to stop here; counts the hit and writes the log message."""
        if self._condition_text and not self._holds(frame):
            return False
        self.reached += 1
        if self._hit_condition is not None and not self._hit_condition(self.reached):
            return False
        if self._log is None:
            return True
        self._report("console", self._log(frame) + "\n")
        return False

    def _holds(self, frame: FrameType) -> bool:
        code = frame.f_code
        if code is not self._compiled_for:
            self._condition = evaluation.condition(self._condition_text, code)
            self._compiled_for = code
        assert self._condition is not None
        try:
            return bool(self._condition(frame))
        except Exception as error:
            self._complain(error)
            return False

    def _complain(self, error: Exception) -> None:
        """Say once what is wrong with the condition: it may be reached a million times a second."""
        report, self._report = self._report, _silent
        report(
            "important",
            "breakpoint %d does not stop: its condition %r raised %s: %s\n"
            % (self.id, self._condition_text, type(error).__name__, error),
        )


def _silent(category: str, text: str) -> None:
    """The report after the first."""


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
