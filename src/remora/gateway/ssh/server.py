"""The gateway: listens, lets in who may come in, and runs until it is stopped.

Runs in one event loop, and sleeps while nobody wants anything.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from .admission import PATIENCE, Admission
from .authorized_keys import authorized_keys_file
from .channel import Channel
from .commands import Offer
from .host_key import host_key
from .login import Connections, Doorkeeper, Login, OpenChannel

log = logging.getLogger("remora.gateway")

#: Seconds between two signs of life asked of a client, and how many may stay out until it counts as lost.
_ALIVE_EVERY, _ALIVE_MISSED = 10, 3
#: Seconds between two lines of the log about connections that were dropped.
_TELL_EVERY = 5.0


@dataclass(frozen=True)
class Gate:
    """Where a gateway listens and whom it lets in."""

    host: str
    port: int
    password: str | None = None
    keys: Path = field(default_factory=authorized_keys_file)


class Gateway:
    """A gateway that listens.  Owner: the event loop."""

    def __init__(self, gate: Gate, open_channel: OpenChannel) -> None:
        self._gate = gate
        self._open_channel = open_channel
        self._admission = Admission()
        self._connections = Connections()
        self._telling: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, gate: Gate, offer: Offer) -> Gateway:
        """A gateway that runs remora's commands."""
        return cls(gate, lambda permission, address: Channel(offer, permission, address))

    async def open(self) -> tuple[str, int]:
        """Listen; the address, with the port that was chosen for 0.

        Raises `OSError`, and what `host_key` raises.
        """
        doorkeeper = Doorkeeper(
            self._admission, self._gate.keys, self._gate.password, self._open_channel, self._connections
        )
        key = host_key()
        self._acceptor = await asyncssh.listen(
            self._gate.host,
            self._gate.port,
            server_factory=lambda: Login(doorkeeper),
            server_host_keys=[key],
            server_version="remora",
            config=None,
            encoding=None,
            line_editor=False,
            backlog=1024,
            login_timeout=PATIENCE,
            keepalive_interval=_ALIVE_EVERY,
            keepalive_count_max=_ALIVE_MISSED,
            tcp_keepalive=True,
            compression_algs=None,
            public_key_auth=True,
            password_auth=self._gate.password is not None,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            allow_pty=True,
            x11_forwarding=False,
            agent_forwarding=False,
            sftp_factory=None,
            allow_scp=False,
        )
        self._telling = asyncio.create_task(self._tell_dropped())
        self.fingerprint = key.get_fingerprint()
        host, port = self._acceptor.get_addresses()[0][:2]
        return str(host), int(port)

    def close(self) -> None:
        """Stop listening; whoever is in stays."""
        if self._telling is not None:
            self._telling.cancel()
        self._acceptor.close()

    async def aclose(self, grace: float = 0.0) -> None:
        """Stop listening and end every connection, with what was started for it.

        `grace` is in seconds, for what runs to end by itself.
        """
        self.close()
        await self._connections.aclose(grace)
        await self._acceptor.wait_closed()

    async def _tell_dropped(self) -> None:
        """Say how many connections came to nothing, of those that have no line of their own."""
        while True:
            await self._admission.crowded.wait()
            await asyncio.sleep(_TELL_EVERY)
            for address, count in self._admission.take_untold().items():
                log.warning("%s: %d connections that did not log in were dropped", address, count)
