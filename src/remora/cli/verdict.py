"""Whether a process can be attached to, and if not, why: what `ps` and `doctor` both tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

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
    #: The names of the clients that are connected to a prepared program; None for one that is not prepared.
    clients: list[str] | None = None

    @property
    def is_attachable(self) -> bool:
        return self.refusal is None


def verdict(pid: int) -> Verdict:
    """Look at a process, which is left as it was.  Raises `AttachError` if there is none."""
    from remora.inject.attach import DOOR, hello_of
    from remora.inject.reasons import STOPPED

    judged = _from_outside(pid)
    if judged.refusal is not None and judged.refusal.reason is STOPPED:
        return judged  # nobody would answer
    hello = hello_of(pid)
    if hello is None:
        return judged
    clients = [str(name) for name in hello.get("clients", ())]
    return Verdict(judged.version or _version(hello), {DOOR: None, **judged.ways}, None, clients)


def _version(hello: dict[str, Any]) -> str:
    """As in "3.12", of a program that we may not look into but that answers: by its cache tag."""
    digits = str(hello.get("tag")).rpartition("-")[2]
    return f"{digits[:1]}.{digits[1:]}" if digits.isdigit() else ""


def _from_outside(pid: int) -> Verdict:
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
