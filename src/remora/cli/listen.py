"""`remora listen`: the person listens, programs dial in, and one console holds them all."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from remora.terminal import preload

from . import CommandError
from .gate import gate_of, log_to_stderr, open_gateway, reached_as

if TYPE_CHECKING:
    import argparse

    from remora.gateway.reverse import Arrivals, UnixDoor
    from remora.terminal.sessions import Arrival


def run(options: argparse.Namespace) -> int:
    """Listen, and hold a console over whatever dials in, until the user leaves."""
    preload(interactive=sys.stdin.isatty())
    log_to_stderr()
    # On the console's own terminal only what concerns its user.
    logging.getLogger("remora.gateway").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from remora.gateway.reverse import Arrivals, UnixDoor
    from remora.gateway.ssh.dial import DialChannel
    from remora.gateway.ssh.server import Gateway
    from remora.terminal.console import run_console

    from .beginning import Beginning
    from .terminals import is_terminal

    arrivals = Arrivals()
    gate = gate_of(options)
    gateway = Gateway(gate, lambda permission, address: DialChannel(arrivals.admit, permission, address))
    host, port = await open_gateway(gateway, gate)
    door = UnixDoor(arrivals, port)
    try:
        _open(door, port)
        try:
            call = f'remora.connect("{reached_as(host)}:{port}")'
            print(f"remora listens on {host}:{port} for programs that call {call}", flush=True)
            if options.batch:
                return await _run_first(_begin(arrivals, options))
            return await run_console(
                None,
                Beginning(options, "attach").console(local_sources=True),
                interactive=is_terminal(),
                arrivals=_begin(arrivals, options),
                awaits=f"no program has dialled in yet, at port {port}",
            )
        finally:
            door.close()
    finally:
        await arrivals.aclose()
        await gateway.aclose()


async def _run_first(arrivals: AsyncIterator[Arrival]) -> int:
    """A batch is for the program that comes first."""
    from remora.terminal.batch import run_batch

    arrival = await anext(arrivals)
    assert arrival.options is not None
    return await run_batch(arrival.session, arrival.options)


def _open(door: UnixDoor, port: int) -> None:
    try:
        door.open()
    except FileExistsError:
        raise CommandError(
            f"somebody listens for programs at port {port} already; give another one"
        ) from None
    except OSError as error:
        raise CommandError(f"no directory for sessions: {error}") from None


async def _begin(arrivals: Arrivals, options: argparse.Namespace) -> AsyncIterator[Arrival]:
    """A debug session with each program; one that is lost meanwhile is none."""
    from remora.client import Client, Disconnected, RequestFailed
    from remora.terminal.sessions import Arrival
    from remora.transport.from_socket import open_socket

    from .beginning import Beginning

    beginning = Beginning(options, "attach")

    async for arrived in arrivals:
        client = await Client.open(await open_socket(arrived.socket))
        try:
            session = await beginning.session((client, {}))
        except (Disconnected, RequestFailed):
            await client.aclose()
            continue
        is_here = not arrived.address
        name = "" if is_here else f"{arrived.hello['pid']} at {arrived.address}"
        wanted = beginning.console(local_sources=is_here)
        yield Arrival(session=session, name=name, options=wanted)
