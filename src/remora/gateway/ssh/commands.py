"""From what a client asks for to the words of remora's own command line; there is no shell.

Decides what a key and a gateway allow.  Pure.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from .key_options import Permission

#: What may be run from elsewhere, and whether an observer may.
_COMMANDS = {
    "attach": True,
    "shell": False,
    "exec": False,
    "dap": True,
    "stack": True,
    "ps": True,
    "doctor": True,
    "run": False,
}
#: Those that look into a program, which a gateway for one program gives them.
_WITH_TARGET = ("attach", "shell", "exec", "dap", "stack")
#: The options that an observer may give: none that reads, writes or runs anything beside the program.
_OBSERVERS_OPTIONS = {
    "attach": {"--batch", "-e", "--no-stop", "--no-profile", "--timeout", "--output", "--outside"},
    "stack": {"--locals", "--time-limit", "--watch", "--json"},
}


class NotAllowed(Exception):
    """The request is refused; the text is for the client."""


@dataclass(frozen=True)
class Offer:
    """What a gateway opens the door to: every process of its user, or the program `pid` alone."""

    pid: int | None = None
    #: The process of the gateway, which would stop serving whoever stops it.
    own_pid: int = 0

    def shell(self, permission: Permission) -> list[str]:
        """What a client gets that asks for nothing in particular."""
        return self._allowed(["attach"], permission)

    def command(self, text: str, permission: Permission) -> list[str]:
        """What a command line asks for.  Raises `NotAllowed`."""
        if permission.forced is not None:
            return list(permission.forced)
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise NotAllowed(f"the command line cannot be read: {error}") from None
        if words[:1] == ["remora"]:
            del words[0]
        return self._allowed(words or ["attach"], permission)

    def subsystem(self, name: str, permission: Permission) -> list[str]:
        """What a subsystem is.  Raises `NotAllowed`."""
        if name != "dap":
            raise NotAllowed(f"there is no subsystem {name!r} here, only 'dap'")
        return self._allowed(["dap"], permission)

    def _allowed(self, words: list[str], permission: Permission) -> list[str]:
        if permission.forced is not None:
            return list(permission.forced)
        name, *rest = words
        if name not in _COMMANDS:
            raise NotAllowed(f"{name!r} cannot be run from here, only {', '.join(_COMMANDS)}")
        is_observer = permission.role == "observer"
        if is_observer:
            _check_observer(name, rest)
        if name not in _WITH_TARGET:
            if self.pid is not None:
                raise NotAllowed(f"this gateway is for program {self.pid} alone, not for {name!r}")
            return words
        if any(word.partition("=")[0] == "--connect" for word in rest):
            raise NotAllowed("this gateway leads to programs of its own host, and to no further one")
        if str(self.own_pid) in rest:
            raise NotAllowed(f"{self.own_pid} is this gateway itself")
        options = ["--observe"] if is_observer else []
        return [name, *options, *(rest if self.pid is None else self._confined(name, self.pid, rest))]

    def _confined(self, name: str, pid: int, rest: list[str]) -> list[str]:
        """The words, with the program as their only target: a further one is a usage error then."""
        if rest[:1] == [str(pid)]:
            del rest[0]
        elif rest and not rest[0].startswith("-"):
            raise NotAllowed(f"this gateway is for program {pid} alone, not for {rest[0]!r}")
        return [*(["--only"] if name == "dap" else []), str(pid), *rest]


def _check_observer(name: str, rest: list[str]) -> None:
    if not _COMMANDS[name]:
        raise NotAllowed(f"your key lets you observe, which {name!r} is not")
    allowed = _OBSERVERS_OPTIONS.get(name, set())
    for word in rest:
        option = word.partition("=")[0] if word.startswith("--") else word[:2]
        if word.startswith("-") and option not in allowed:
            raise NotAllowed(f"your key lets you observe, and {option!r} is not for that")
