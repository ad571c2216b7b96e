"""`remora connect`: a console here on a program that is served elsewhere, by `run --listen` or `serve`."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import subprocess
import sys
from typing import TYPE_CHECKING

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
    try:
        return asyncio.run(_converse(options.place, options, options.target))
    except _TargetMissing:
        return asyncio.run(_converse(options.place, options, _choose(options.place)))
    except FileNotFoundError:
        raise CommandError("there is no 'ssh' here; install OpenSSH's client") from None


class _TargetMissing(Exception):
    """The gateway is for many programs."""


async def _converse(place: Place, options: argparse.Namespace, target: str | None) -> int:
    from remora.client import Client, Disconnected, RequestFailed

    from .session import hold

    stream = await open_ssh(place, "dap")
    client = await Client.open(stream)
    wanted = {} if target is None else {"target": target}
    try:
        return await hold(client, options, "attach", local_sources=False, place=wanted)
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
    if said:
        return f"{place}: {said[-1]}"
    return f"{place}: the connection ended (ssh: status {status})"


def is_this_host(host: str) -> bool:
    """Whether a host is this one without a doubt."""
    try:
        return host in ("", "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
