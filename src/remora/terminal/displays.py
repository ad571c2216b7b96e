"""Expressions whose values are shown at every stop."""

from __future__ import annotations

from dataclasses import dataclass

from .formats import Format


@dataclass
class Display:
    """An expression, and the function (path and name) that was looked at when it was set."""

    number: int
    expression: str
    format: Format | None = None
    function: tuple[str, str] | None = None

    @property
    def label(self) -> str:
        """`1: total`, or `1: /x total`."""
        letter = f"/{self.format.letter} " if self.format else ""
        return f"{self.number}: {letter}{self.expression}"
