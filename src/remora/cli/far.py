"""Programs that are served elsewhere: reaching one over SSH, and saying why that fails."""

from __future__ import annotations

import asyncio
import json
import subprocess
from typing import TYPE_CHECKING, Any

from remora import sessions
from remora.gateway.ide.peers import is_loopback
from remora.transport.place import Place
from remora.transport.ssh import open_ssh

from . import CommandError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from remora.client import Client
    from remora.terminal.following import Connect
    from remora.transport.command import CommandStream

    #: What is done with a client of an adapter there, the arguments that name the program, and how to make
    #: one more such client; its exit status.
    Hold = Callable[[Client, dict[str, Any], Connect], Awaitable[int]]

#: The number of that error in `remora.dap.errors`.
_INVALID_ARGUMENTS = 1003


def converse(place: Place, target: str | None, hold: Hold) -> int:
    """Have a session with a program there; the exit status of `hold`.

    Without a `target`, where there are several, the user chooses.  Raises `CommandError`.
    """
    try:
        return asyncio.run(_converse(place, target, hold))
    except _TargetMissing:
        return asyncio.run(_converse(place, _choose(place), hold))
    except FileNotFoundError:
        raise CommandError("there is no 'ssh' here; install OpenSSH's client") from None


def program_of_this_host(place: Place) -> int | None:
    """The program of this user that is served there, which needs neither port nor key."""
    if place.user or (place.host and not is_loopback(place.host)):
        return None
    pid = sessions.program_of(place.port)
    if pid is None:
        return None
    try:
        sessions.connect(sessions.program_socket(pid)).close()
    except OSError:
        sessions.remove(sessions.port_link(place.port))
        return None
    return pid


class _TargetMissing(Exception):
    """The gateway is for many programs."""


async def _converse(place: Place, target: str | None, hold: Hold) -> int:
    from remora.client import Client, Disconnected, RequestFailed

    stream = await open_ssh(place, "dap")
    client = await Client.open(stream)

    async def connect() -> Client:
        return await Client.open(await open_ssh(place, "dap"))

    wanted = {} if target is None else {"target": target}
    try:
        return await hold(client, wanted, connect)
    except Disconnected:
        raise CommandError(await _why(place, stream)) from None
    except RequestFailed as failure:
        if target is None and failure.command == "attach" and failure.id == _INVALID_ARGUMENTS:
            raise _TargetMissing from None
        raise CommandError(failure.text) from None
    finally:
        await client.aclose()


def _choose(place: Place) -> str:
    """Ask the gateway for its programs, and the user for one of them."""
    from .chooser import Choice, choose

    done = subprocess.run(place.command("ps", "--json"), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise CommandError(f"{place}: its programs cannot be listed")
    rows = [each for each in json.loads(done.stdout) if each["attachable"]]
    pid = choose([Choice(row["pid"], row["version"] or "?", row["user"], row["command"]) for row in rows])
    return str(pid)


async def _why(place: Place, stream: CommandStream) -> str:
    """What ssh has said last, or what is likely."""
    said = (await stream.stderr()).strip().splitlines()
    status = await stream.returncode()
    if said and "Connection refused" in said[-1]:
        start = f"remora run --listen {place.port} PROGRAM"
        return f"nobody listens at {place}; start '{start}' or 'remora serve' there"
    if said:
        return f"{place}: {said[-1]}"
    return f"{place}: the connection ended (ssh: status {status})"
