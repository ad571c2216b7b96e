"""The ways in, and in which order they are tried for a target.

Each way is a module with the names of `Way`.
"""

from __future__ import annotations

from . import remote_exec
from .probe import Target
from .progress import BEGUN, LEFT_LYING, WAITS_FOR_GIL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from .first_stage_text import FirstStage
    from .reasons import AttachError
else:
    Protocol = object


__all__ = ["BEGUN", "LEFT_LYING", "WAITS_FOR_GIL", "Attempt", "Way", "doctor", "order", "ways"]


class Attempt(Protocol):
    """A first stage that has been put into the target and may not have run yet."""

    @property
    def held(self) -> float:
        """Seconds for which threads of the target were stopped."""

    def progress(self) -> str:
        """LEFT_LYING until a thread takes it up, WAITS_FOR_GIL on a thread of its own, then BEGUN."""

    def give_up(self) -> None:
        """Undo what can be undone; also to be called when it has run."""


class Way(Protocol):
    """A way in."""

    @property
    def NAME(self) -> str: ...

    def refusal(self, target: Target) -> AttachError | None:
        """What speaks against it for `target`, now."""

    def start(self, target: Target, first_stage: FirstStage, deadline: float) -> Attempt:
        """Put the first stage in, after others who are just doing that, for whom to wait until `deadline`.

        Raises `AttachError`, having changed nothing.
        """


def ways() -> list[Way]:
    """All ways in, the one that does least to the target first."""
    from .ptrace import new_thread, pending_call

    return [remote_exec, pending_call, new_thread]


def order(target: Target, started: set[str]) -> list[Way]:
    """The ways in that nothing speaks against, the most promising first, without those that are `started`.

    A thread of its own comes first if the main thread is blocked: then nothing
    that needs the main thread would run soon.  Raises `AttachError` if there is none.
    """
    refusals = [(way, way.refusal(target)) for way in ways() if way.NAME not in started]
    usable = [way for way, refusal in refusals if refusal is None]
    errors = [refusal for _, refusal in refusals if refusal is not None]
    if errors and not usable:
        raise errors[-1]  # what keeps even a new thread out keeps everything out
    if target.process.syscall(target.pid) is not None:
        usable.reverse()
    return usable


def doctor(pid: int) -> list[tuple[str, str | None]]:
    """Each way in by name, with what speaks against it in words, or None.  Raises `AttachError` (GONE)."""
    target = Target(pid)
    try:
        if target.refusal is not None:
            return [(way.NAME, str(target.refusal)) for way in ways()]
        found = [(way.NAME, way.refusal(target)) for way in ways()]
        return [(name, str(error) if error else None) for name, error in found]
    finally:
        target.close()
