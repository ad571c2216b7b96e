"""Where stepping is meant to differ from bdb, by name and with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.pythons import Python


@dataclass(frozen=True)
class Difference:
    """Our stops are bdb's without `missing`, which is one of them."""

    reason: str
    missing: list[object]


STACK_ENDS_IN_GENERATOR = Difference(
    "`throw` into a generator that delegates: while it runs, the stack of Python 3.9 ends in the delegating "
    "generator, whose `f_back` is None, so that nobody can tell who called `throw`",
    ["<module>", 34],
)


def differs(python: Python, program: str, kind: str) -> Difference | None:
    if (python.version, program, kind) == ("3.9", "throwing.py", "step"):
        return STACK_ENDS_IN_GENERATOR
    return None
