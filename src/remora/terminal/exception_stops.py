"""At which exceptions the program is to stop: what `catch` and `trap` have said.

Pure: the one request that tells the adapter is made of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .wire import Body

FILTERS = ("raised", "uncaught", "userUnhandled")


@dataclass
class ExceptionStops:
    """`filter_` and `condition` are those of the last `catch`; `trapping` is what `trap` switches."""

    trapping: bool = False
    filters: dict[str, str] = field(default_factory=dict)
    #: What the last `catch` was given, unless it was "off".
    said: str = ""

    def catch(self, filter_: str, types: list[str], condition: str | None) -> None:
        """Replace what was caught; "off" also ends trapping."""
        self.filters = {}
        if filter_ == "off":
            self.trapping = False
        else:
            self.filters[filter_] = _condition(types, condition)

    def arguments(self) -> Body:
        """Those of `setExceptionBreakpoints`."""
        wanted = dict(self.filters)
        if self.trapping:
            wanted["uncaught"] = ""
        body: Body = {"filters": [name for name, condition in wanted.items() if not condition]}
        options = [
            {"filterId": name, "condition": condition} for name, condition in wanted.items() if condition
        ]
        return {**body, "filterOptions": options} if options else body


def _condition(types: list[str], condition: str | None) -> str:
    """The adapter's condition is a list of type names, or an expression about `exception`."""
    names = ", ".join(types)
    if types and condition:
        return f"isinstance(exception, ({names},)) and ({condition})"
    return names or condition or ""
