"""One connection to the gateway: who it is, and what it may do from then on.

Only the user that runs the gateway logs in, by a key of its
`authorized_keys`, or by a password if one was set.  Every refusal is logged:
address, user name, fingerprint of the key.  Owner: the event loop.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import pwd
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from os import geteuid
from pathlib import Path

import asyncssh

from remora.printable import printable_line

from .admission import Admission, Stranger
from .authorized_keys import UnsafeFile, permission_of
from .key_options import Permission, Unenforceable

log = logging.getLogger("remora.gateway")

#: Keys and passwords that one connection may try.
ATTEMPTS = 10
#: Seconds that the answer to a wrong password takes.
_PASSWORD_DELAY = 1.0
#: Seconds that the other side of a connection has to agree to its end.
_CLOSING = 1.0


#: Who has logged in opens channels: what their key allows, and where they come from.
OpenChannel = Callable[[Permission, str], asyncssh.SSHServerSession[bytes]]


class Connections:
    """Those that are open."""

    def __init__(self) -> None:
        self._open: set[asyncssh.SSHServerConnection] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, connection: asyncssh.SSHServerConnection) -> None:
        self._open.add(connection)
        self._empty.clear()

    def discard(self, connection: asyncssh.SSHServerConnection) -> None:
        self._open.discard(connection)
        if not self._open:
            self._empty.set()

    async def aclose(self, grace: float) -> None:
        """Wait so many seconds for them to end by themselves, then end those that are left."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), grace)
        for connection in list(self._open):
            connection.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), _CLOSING)
        for connection in list(self._open):
            connection.abort()


@dataclass(frozen=True)
class Doorkeeper:
    """What is the same for each connection."""

    admission: Admission
    keys: Path
    password: str | None
    open_channel: OpenChannel
    connections: Connections


class Login(asyncssh.SSHServer):
    """asyncssh asks it about one connection."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper
        self._attempts = 0
        self._permission: Permission | None = None
        self._way = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._address = str(conn.get_extra_info("peername")[0])
        self._stranger = Stranger(self._address, self._progress, conn.abort)
        self._doorkeeper.admission.arrive(self._stranger)
        self._doorkeeper.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._doorkeeper.admission.leave(self._stranger)
        self._doorkeeper.connections.discard(self._connection)
        came_to_nothing = self._permission is None and exc is not None
        if came_to_nothing and self._doorkeeper.admission.is_worth_telling(self._address):
            log.info("%s did not log in: %s", self._address, loggable(str(exc)) or type(exc).__name__)

    def begin_auth(self, username: str) -> bool:
        return True  # there is nobody who need not say who he is

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return self._doorkeeper.password is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether the key may be used; that the other side has it is asyncssh's to find out."""
        self._permission = None
        who = f"{loggable(username)!r} with key {key.get_fingerprint()}"
        if not self._may_try(who):
            return False
        try:
            permission = permission_of(key, self._doorkeeper.keys)
        except (UnsafeFile, Unenforceable) as error:
            return self._refuse(who, str(error))
        except FileNotFoundError:
            return self._refuse(who, f"there is no {self._doorkeeper.keys}")
        except OSError as error:
            return self._refuse(who, f"{self._doorkeeper.keys}: {error.strerror}")
        if permission is None:
            return self._refuse(who, "the key is not in authorized_keys")
        if not permission.admits(self._address, datetime.now(UTC)):
            return self._refuse(who, "the key may not be used from there, or no longer")
        if username != own_name():
            return self._refuse(who, f"this gateway is {own_name()}'s alone")
        self._permission, self._way = permission, f"key {key.get_fingerprint()}"
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        self._permission = None
        who = f"{loggable(username)!r} with a password"
        if not self._may_try(who):
            return False
        expected = self._doorkeeper.password
        is_right = expected is not None and hmac.compare_digest(expected.encode(), password.encode())
        if not is_right or username != own_name():
            await asyncio.sleep(_PASSWORD_DELAY)
            return self._refuse(who, "it is wrong")
        self._permission, self._way = Permission(), "password"
        return True

    def auth_completed(self) -> None:
        self._doorkeeper.admission.leave(self._stranger)
        log.info("%s logged in with %s", self._address, self._way)

    def session_requested(self) -> asyncssh.SSHServerSession[bytes] | bool:
        if self._permission is None:
            return False
        return self._doorkeeper.open_channel(self._permission, self._address)

    def _progress(self) -> int:
        """A version, then a key exchange, then a name: what a stranger has said of it."""
        said = ("client_version", "send_cipher", "username")
        return sum(bool(self._connection.get_extra_info(name)) for name in said)

    def _may_try(self, who: str) -> bool:
        self._attempts += 1
        if self._attempts > ATTEMPTS:
            self._refuse(who, "too many attempts")
            self._connection.disconnect(asyncssh.DISC_BY_APPLICATION, "Too many attempts")
        return self._attempts <= ATTEMPTS

    def _refuse(self, who: str, reason: str) -> bool:
        log.warning("%s was refused as %s: %s", self._address, who, reason)
        return False


def loggable(text: str) -> str:
    """Text from outside, for a line of a log."""
    return printable_line(text[:200])


@cache
def own_name() -> str:
    """The user that this process runs as."""
    try:
        return pwd.getpwuid(geteuid()).pw_name
    except KeyError:
        return str(geteuid())
