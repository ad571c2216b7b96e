"""What a session is opened with, by a person at a console or by a batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ..client import Session

Kind = Literal["attach", "launch"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is to be run first, and how the program stands to this machine."""

    #: Files of commands, which are run first, and the commands that are run then.
    files: Sequence[str] = ()
    commands: Sequence[str] = ()
    #: Whether quitting leaves the program or ends it.
    kind: Kind = "attach"
    #: The program stands, or is about to stop, when the session begins.
    stopped: bool = True
    #: The files here are the program's own.
    local_sources: bool = False
    #: Whoever types may look and change nothing, neither in the program nor on this side.
    observe: bool = False
    #: A file of commands that an interactive console runs before anything else, if it is there.
    profile: str | None = None
    #: Seconds that a stop may take to come; None waits for ever.
    timeout: float | None = None
    #: Begins a session with the program itself, in the place of a picture of it; else starts the program
    #: again, stopped at its first line, after the end of its predecessor.
    begin_again: Callable[[], Awaitable[Session]] | None = None
    #: What is done at a fork: see `following`.
    follow_fork: str = "parent"
    #: What sessions with children say of this client.
    client_arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ends_program(self) -> bool:
        """Whether the program ends with the session, unless the user says otherwise."""
        return self.kind == "launch"
