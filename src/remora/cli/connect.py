"""`remora connect`: a console here on a program that is served elsewhere, by `run --listen` or `serve`."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from remora import sessions
from remora.gateway.ide.peers import is_loopback
from remora.terminal import preload
from remora.transport.place import Place
from remora.transport.ssh import open_ssh

from . import CommandError

if TYPE_CHECKING:
    import argparse

    from remora.transport.command import CommandStream

#: The number of that error in `remora.dap.errors`.
_INVALID_ARGUMENTS = 1003


def run(options: argparse.Namespace) -> int:
    """Connect to `options.place`, and hold the session."""
    preload(interactive=not options.batch and sys.stdin.isatty())
    pid = _program_of_this_host(options.place)
    if pid is not None:
        return _attach(pid, options)
    try:
        return asyncio.run(_converse(options.place, options, options.target))
    except _TargetMissing:
        return asyncio.run(_converse(options.place, options, _choose(options.place)))
    except FileNotFoundError:
        raise CommandError("there is no 'ssh' here; install OpenSSH's client") from None


def _program_of_this_host(place: Place) -> int | None:
    """The program of this user that is served there, which needs neither port nor key."""
    if place.user or (place.host and not is_loopback(place.host)):
        return None
    link = sessions.port_link(place.port)
    try:
        kind, _, number = os.readlink(link).partition("-")
    except OSError:
        return None
    if kind != "program" or not number.isdigit():
        return None
    try:
        sessions.connect(sessions.program_socket(int(number))).close()
    except OSError:
        sessions.remove(link)
        return None
    return int(number)


def _attach(pid: int, options: argparse.Namespace) -> int:
    from remora.bundle.cache import Bundle
    from remora.inject.attach import attach
    from remora.inject.reasons import AttachError

    from .session import converse

    try:
        attached = attach(pid, Bundle())
    except AttachError as error:
        raise CommandError(str(error)) from None
    _tell_connected(f"program {pid}", options)
    return converse((attached.socket, pid), options, "attach", local_sources=True)


def _tell_connected(to: str, options: argparse.Namespace) -> None:
    if not options.batch:
        print(f"Connected to {to}.", flush=True)


class _TargetMissing(Exception):
    """The gateway is for many programs."""


async def _converse(place: Place, options: argparse.Namespace, target: str | None) -> int:
    from remora.client import Client, Disconnected, RequestFailed

    from .session import hold

    stream = await open_ssh(place, "dap")
    client = await Client.open(stream)
    client.on("initialized", lambda _: _tell_connected(str(place), options))

    async def connect() -> Client:
        return await Client.open(await open_ssh(place, "dap"))

    wanted = {} if target is None else {"target": target}
    try:
        return await hold((client, wanted), options, "attach", local_sources=False, connect=connect)
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
