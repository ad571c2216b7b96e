"""`remora serve`: a door for other hosts to the Python processes of this user, or to one of them."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from remora import sessions

from . import CommandError
from .gate import gate_of, log_to_stderr, open_gateway, serve, tell_address

if TYPE_CHECKING:
    import argparse

    from remora.gateway.ssh.server import Gate


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes, or the one program ends."""
    from remora.gateway.ssh.commands import Offer

    gate = gate_of(options)
    if options.program is None:
        return serve(gate, Offer(own_pid=os.getpid()), "for every process of yours")
    log_to_stderr()
    asyncio.run(_serve_one(gate, options.program))
    return 0


async def _serve_one(gate: Gate, pid: int) -> None:
    from remora.gateway.ssh.commands import Offer
    from remora.gateway.ssh.server import Gateway

    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    try:
        program = os.pidfd_open(pid)
    except OSError as error:
        raise CommandError(f"there is no process {pid}: {error.strerror}") from None
    loop.add_reader(program, over.set)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    gateway = Gateway.of(gate, Offer(pid))
    host, port = await open_gateway(gateway, gate)
    link = sessions.link(port, pid)
    try:
        tell_address(gateway, host, port, f"for program {pid}", here=True)
        await over.wait()
    finally:
        loop.remove_reader(program)
        os.close(program)
        sessions.remove(link)
        await gateway.aclose()
