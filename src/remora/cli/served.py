"""`remora run --listen`: a program that waits for debuggers to come, from this host or others.

This process is the gateway and the parent of the program, and no more: when it
is killed the program goes on, and debuggers of this host still come in.  The
program's input, output, exit status and Ctrl-C are its own.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from remora import sessions

from . import CommandError
from .gate import gate_of, log_to_stderr, open_gateway, tell_address
from .starting import start

if TYPE_CHECKING:
    import argparse
    import socket

    from remora.inject.launch import Launched

#: Seconds for clients to learn of the program's end.
_FAREWELL = 2.0


def run(options: argparse.Namespace) -> int:
    """Start the program, let debuggers in, and give back the program's exit status."""
    if options.batch or options.commands or options.files or not options.stop:
        options.parser.error("-e, -x, --batch and --no-stop are for a console, and --listen opens none")
    log_to_stderr()
    try:
        sessions.directory()
    except OSError as error:
        raise CommandError(f"no directory for sessions: {error}") from None
    status = asyncio.run(_serve(options))
    return status if status >= 0 else 128 - status


async def _serve(options: argparse.Namespace) -> int:
    from remora.gateway.ide.debuggee import wait_process
    from remora.gateway.ssh.commands import Offer
    from remora.gateway.ssh.server import Gateway

    loop = asyncio.get_running_loop()
    # Not ignored, which the program would inherit: the terminal sends it to both, and it is the program's.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    launched = await asyncio.to_thread(_launch, options)
    pid = launched.process.pid
    gate = gate_of(options)
    gateway = Gateway.of(gate, Offer(pid))
    try:
        host, port = await open_gateway(gateway, gate)
    except CommandError:
        launched.process.kill()
        launched.process.wait()
        raise
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, launched.process.send_signal, number)
    link = sessions.link(port, pid)
    tell_address(gateway, host, port, f"for program {pid}", here=True)
    holding = asyncio.create_task(_hold(launched.socket, options.wait, options.wait_timeout))
    try:
        await wait_process(pid)
        return launched.process.wait()
    finally:
        holding.cancel()
        sessions.remove(link)
        await gateway.aclose(_FAREWELL)


def _launch(options: argparse.Namespace) -> Launched:
    from remora.inject.launch import Program

    program = Program(
        options.kind,
        options.value,
        options.args,
        interruptible=True,
        held=True,
        on_disconnect=options.on_disconnect or "continue",
    )
    return start(program, options, door=True)


async def _hold(sock: socket.socket, waits: bool, timeout: float | None) -> None:
    """Keep the program from beginning until a debugger is there, or has not come in time."""
    with sock:
        if not waits:
            return
        print("remora: the program waits for a debugger before its first line", file=sys.stderr, flush=True)
        sock.setblocking(False)
        try:
            async with asyncio.timeout(timeout):
                while await asyncio.get_running_loop().sock_recv(sock, 4096):
                    continue
        except TimeoutError:
            print(
                f"remora: nobody has come for {timeout:g} s; the program begins", file=sys.stderr, flush=True
            )
        except ConnectionError:
            return
