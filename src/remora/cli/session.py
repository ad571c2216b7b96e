"""What `attach` and `run` share: a DAP session over a connected socket, and the console over that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from . import CommandError
from .beginning import Beginning
from .terminals import is_terminal

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Awaitable, Callable

    from remora.client.session import Session
    from remora.terminal.options import Kind

    from .beginning import Line
    from .local_gateway import LocalGateway

    #: A connection with the agent in a program, and the program's pid.
    Reached = tuple[socket.socket, int]


def converse(
    reached: Reached,
    options: argparse.Namespace,
    kind: Kind,
    *,
    local_sources: bool,
    relaunch: Callable[[], Reached] | None = None,
) -> int:
    """Hold the session to its end; the exit status of the console or of the batch.

    `relaunch` ends the program and starts it again; it may take its time.
    Raises `CommandError` if the program lets go before the session has begun.
    """
    from remora.client import Disconnected

    try:
        return asyncio.run(_converse(reached, options, kind, local_sources, relaunch))
    except Disconnected:
        raise CommandError(
            f"process {reached[1]} let go before the session began: it has ended, or another debugger was"
            " just leaving it; try again"
        ) from None


async def _converse(
    reached: Reached,
    options: argparse.Namespace,
    kind: Kind,
    local_sources: bool,
    relaunch: Callable[[], Reached] | None,
) -> int:
    gateway = None if _is_alone(options) else _open_gateway()

    async def reach_again() -> Line:
        assert relaunch is not None
        return await _reach(await asyncio.to_thread(relaunch), gateway)

    try:
        return await hold(
            await _reach(reached, gateway),
            Beginning(options, kind, gateway.connect if gateway is not None else None),
            local_sources=local_sources,
            reach_again=reach_again if relaunch is not None else None,
        )
    finally:
        if gateway is not None:
            await gateway.aclose()


def _is_alone(options: argparse.Namespace) -> bool:
    """Whether children are not followed, and the console speaks with the agent itself."""
    return bool(options.observe or (options.batch and options.follow_fork is None))


def _open_gateway() -> LocalGateway:
    from .local_gateway import LocalGateway

    return LocalGateway()


async def _reach(reached: Reached, gateway: LocalGateway | None) -> Line:
    from remora.client.client import Client
    from remora.transport.from_socket import open_socket

    sock, pid = reached
    stream = await open_socket(sock)
    if gateway is None:
        return await Client.open(stream), {}
    gateway.add(stream, pid)
    return await gateway.connect(), {"processId": pid}


async def hold(
    line: Line,
    beginning: Beginning,
    *,
    local_sources: bool,
    reach_again: Callable[[], Awaitable[Line]] | None = None,
) -> int:
    """The same over a connection.

    `reach_again` leads to a program that is started again, or from a picture to the program itself.
    """
    session = await beginning.session(line)

    async def begin_again() -> Session:
        assert reach_again is not None
        line = await reach_again()
        try:
            return await beginning.session(line, stops=beginning.kind == "launch")
        except BaseException:
            await line[0].aclose()
            raise

    again = begin_again if reach_again is not None else None
    wanted = beginning.console(local_sources=local_sources, begin_again=again)
    if beginning.options.batch:
        from remora.terminal.batch import run_batch

        return await run_batch(session, wanted, connect=beginning.connect)
    from remora.terminal.console import run_console

    return await run_console(session, wanted, interactive=is_terminal(), connect=beginning.connect)
