"""Whether a process can be attached to, and if not, why: what `ps` and `doctor` both tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remora.inject.reasons import AttachError


@dataclass(frozen=True)
class Verdict:
    """What stands in the way of attaching to one process."""

    #: As in "3.12"; "" if it could not be found out.
    version: str
    #: Each way in by name, the one that does least to the program first, with what speaks against it.
    ways: dict[str, AttachError | None]
    #: What speaks against all of them.
    refusal: AttachError | None

    @property
    def is_attachable(self) -> bool:
        return self.refusal is None


def verdict(pid: int) -> Verdict:
    """Look at a process, which is left as it was.  Raises `AttachError` if there is none."""
    from remora.inject import choose
    from remora.inject.probe import Target

    target = Target(pid)
    try:
        if target.refusal is not None:
            return Verdict("", {way.NAME: target.refusal for way in choose.ways()}, target.refusal)
        ways = {way.NAME: way.refusal(target) for way in choose.ways()}
        errors = [error for error in ways.values() if error is not None]
        # What speaks against the last way speaks against every program: it is the one to mend.
        refusal = errors[-1] if len(errors) == len(ways) else None
        return Verdict(target.interpreter.version, ways, refusal)
    finally:
        target.close()


def as_json(error: AttachError | None) -> dict[str, str] | None:
    """A reason for programs: its name, which stays, and its words."""
    if error is None:
        return None
    return {"reason": error.reason.name, "what": error.what, "what_to_do": error.what_to_do}
