"""Where an SSH server is, as a person writes it, and the command line of the system's `ssh` that leads there.

Pure, and imported by every start of the command: it must stay small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_PLACE = re.compile(r"(?:(?P<user>[^@\s]+)@)?(?P<host>\[[^\]\s]+\]|[^:\s]*)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True)
class Place:
    """Where an SSH server is.  `host` is "" for this host, `user` is "" for ssh to decide."""

    user: str
    host: str
    port: int

    @classmethod
    def of(cls, text: str, port: int) -> Self:
        """Read `[USER@][HOST][:PORT]`, or a port alone; raises `ValueError`."""
        found = re.fullmatch(r":?(?P<port>\d{1,5})", text) or _PLACE.fullmatch(text)
        if found is None:
            raise ValueError(f"not a place: {text}")
        given = {"user": "", "host": "", **found.groupdict()}
        number = int(given["port"] or port)
        # What begins like an option is none to ssh.
        if not 0 < number < 1 << 16 or (given["user"] or given["host"] or "").startswith("-"):
            raise ValueError(f"not a place: {text}")
        return cls(given["user"] or "", (given["host"] or "").strip("[]"), number)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host or "127.0.0.1"
        return f"{self.user}@{host}:{self.port}" if self.user else f"{host}:{self.port}"

    def argv(self, *words: str) -> list[str]:
        """The command line of ssh; `words` are options of it and follow its own."""
        user = ["-l", self.user] if self.user else []
        alive = ["-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"]
        return ["ssh", "-T", "-x", "-a", *alive, *user, "-p", str(self.port), *words]

    def subsystem(self, name: str) -> list[str]:
        """The command line that opens a subsystem."""
        return [*self.argv("-s"), "--", self.host or "127.0.0.1", name]

    def command(self, *words: str) -> list[str]:
        """The command line that runs a command, whose words the shell of no one reads."""
        return [*self.argv(), "--", self.host or "127.0.0.1", *words]
