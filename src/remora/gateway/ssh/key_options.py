"""What a line of `authorized_keys` allows, read from the options before its key.

An option that restricts is enforced here and in `commands`, or the whole key
is refused: nothing that its owner has forbidden is ever allowed by ignorance.
Pure.

Source: sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
"""

from __future__ import annotations

import fnmatch
import ipaddress
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

Role = Literal["owner", "observer"]

#: An option: its name, and in quotes its value, in which `\"` is a quote.
_OPTION = re.compile(r'([A-Za-z0-9-]+)(?:="((?:[^"\\]|\\.)*)")?(,|$)')

#: They switch on or off what the gateway never does, or does anyway.
_WITHOUT_EFFECT = {
    "no-port-forwarding", "port-forwarding", "no-agent-forwarding", "agent-forwarding",
    "no-x11-forwarding", "x11-forwarding", "no-user-rc", "user-rc",
    "permitopen", "permitlisten", "no-touch-required",
}  # fmt: skip


class Unenforceable(ValueError):
    """The key may not be used here; the text says which option is the reason."""


@dataclass(frozen=True)
class Permission:
    """What whoever has logged in may do."""

    pty: bool = True
    role: Role = "owner"
    #: The words of remora's command line that run whatever is asked for.
    forced: tuple[str, ...] | None = None
    #: The patterns of `from`; none of them: every address.
    sources: tuple[str, ...] = ()
    #: The moment from which on the key is no longer good.
    expires: datetime | None = None

    def admits(self, address: str, now: datetime) -> bool:
        """Whether the key may be used from an address, at a time."""
        return (self.expires is None or now < self.expires) and (
            not self.sources or _matches(address, self.sources)
        )


def read_options(text: str) -> Permission:
    """The permission that options give; raises `Unenforceable`."""
    permission = Permission()
    for name, value in _split(text):
        if name in _WITHOUT_EFFECT:
            continue
        if name not in _READERS:
            raise Unenforceable(f"option '{name}' cannot be enforced here")
        permission = _READERS[name](permission, value)
    return permission


def _split(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = _OPTION.match(text, position)
        if found is None:
            raise Unenforceable("the options of its line cannot be read")
        name, value, _ = found.groups()
        yield name.lower(), (value or "").replace('\\"', '"')
        position = found.end()


def _set_pty(allowed: bool) -> Callable[[Permission, str], Permission]:
    return lambda permission, _: replace(permission, pty=allowed)


def _force(permission: Permission, value: str) -> Permission:
    try:
        words = shlex.split(value)
    except ValueError:
        words = []
    if words[:1] != ["remora"] or len(words) < 2:
        raise Unenforceable("its 'command' is not one of remora")
    return replace(permission, forced=tuple(words[1:]))


def _limit_sources(permission: Permission, value: str) -> Permission:
    patterns = tuple(pattern.strip() for pattern in value.split(","))
    for pattern in patterns:
        if not pattern.removeprefix("!") or not re.fullmatch(r"[0-9A-Fa-f.:*?/]+", pattern.removeprefix("!")):
            raise Unenforceable(f"'from' has '{pattern}', and only addresses are looked at here, no names")
    return replace(permission, sources=permission.sources + patterns)


def _set_role(permission: Permission, value: str) -> Permission:
    name, _, role = value.partition("=")
    if name != "REMORA_ROLE":
        raise Unenforceable(f"'environment' sets {name}, and only REMORA_ROLE has a meaning here")
    if role == "observer":
        return replace(permission, role="observer")
    if role == "owner":
        return permission
    raise Unenforceable(f"REMORA_ROLE is '{role}', and it can be 'owner' or 'observer'")


def _set_expiry(permission: Permission, value: str) -> Permission:
    digits, zone = value.removesuffix("Z"), UTC if value.endswith("Z") else None
    formats = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
    try:
        moment = datetime.strptime(digits, formats[len(digits)]).replace(tzinfo=zone)
    except (KeyError, ValueError):
        raise Unenforceable(f"its 'expiry-time' is no time: '{value}'") from None
    return replace(permission, expires=moment.astimezone(UTC))


_READERS: dict[str, Callable[[Permission, str], Permission]] = {
    "restrict": _set_pty(False),
    "no-pty": _set_pty(False),
    "pty": _set_pty(True),
    "command": _force,
    "from": _limit_sources,
    "environment": _set_role,
    "expiry-time": _set_expiry,
}


def _matches(address: str, patterns: tuple[str, ...]) -> bool:
    """As sshd does: a negated pattern that matches forbids, whatever else does."""
    address = _plain(address)
    if any(_matches_one(address, pattern[1:]) for pattern in patterns if pattern.startswith("!")):
        return False
    return any(_matches_one(address, pattern) for pattern in patterns if not pattern.startswith("!"))


def _matches_one(address: str, pattern: str) -> bool:
    if "/" in pattern:
        try:
            return ipaddress.ip_address(address) in ipaddress.ip_network(pattern, strict=False)
        except ValueError:
            return False
    return fnmatch.fnmatchcase(address.lower(), pattern.lower())


def _plain(address: str) -> str:
    """Without its zone, and as IPv4 if that is what it is."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
