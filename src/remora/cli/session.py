"""What `attach` and `run` share: a DAP session over a connected socket, and the console over that."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

from . import CommandError

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Awaitable, Callable

    from remora.client.client import Client
    from remora.client.session import Session
    from remora.terminal.following import Connect
    from remora.terminal.options import Kind, Options

    from .local_gateway import LocalGateway

    #: A connection with the agent in a program, and the program's pid.
    Reached = tuple[socket.socket, int]
    #: A client, and which program an adapter at its other end is to attach to.
    Line = tuple[Client, dict[str, Any]]


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
            options,
            kind,
            local_sources=local_sources,
            reach_again=reach_again if relaunch is not None else None,
            connect=gateway.connect if gateway is not None else None,
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
    options: argparse.Namespace,
    kind: Kind,
    *,
    local_sources: bool,
    reach_again: Callable[[], Awaitable[Line]] | None = None,
    connect: Connect | None = None,
) -> int:
    """The same over a connection.

    `reach_again` leads to a program that is started again, or from a picture to the program itself.
    `connect` makes one more such connection, for a child process; without it none is followed.
    """
    about_us = introduction(follows=connect is not None)
    session = await begin(line, options, kind, about_us, connect)

    async def begin_again() -> Session:
        assert reach_again is not None
        line = await reach_again()
        try:
            return await begin(line, options, kind, about_us, connect, stops=kind == "launch")
        except BaseException:
            await line[0].aclose()
            raise

    again = begin_again if reach_again is not None else None
    wanted = chosen(options, kind, about_us, local_sources=local_sources, begin_again=again)
    if options.batch:
        from remora.terminal.batch import run_batch

        return await run_batch(session, wanted, connect=connect)
    from remora.terminal.console import run_console

    return await run_console(session, wanted, interactive=is_terminal(), connect=connect)


def introduction(*, follows: bool) -> dict[str, Any]:
    """What a console says of itself in `initialize`; `follows`: it can take children."""
    return {
        "clientName": own_name(),
        "supportsRemoraStopDetails": True,
        "supportsStartDebuggingRequest": follows,
    }


def chosen(
    options: argparse.Namespace,
    kind: Kind,
    about_us: dict[str, Any],
    *,
    local_sources: bool,
    begin_again: Callable[[], Awaitable[Session]] | None = None,
) -> Options:
    """What the command line says of a console."""
    from remora.terminal.options import Options
    from remora.terminal.profile import profile_path

    return Options(
        files=options.files,
        commands=options.commands,
        kind=kind,
        stopped=options.stop and not options.observe,
        # An observer, who may come from elsewhere, sees what the program has loaded and no other file.
        local_sources=local_sources and not options.observe,
        observe=options.observe,
        timeout=options.timeout,
        begin_again=begin_again,
        profile=profile_path() if options.profile and is_terminal() and not options.observe else None,
        follow_fork=options.follow_fork or "parent",
        client_arguments=about_us,
    )


async def begin(
    line: Line,
    options: argparse.Namespace,
    kind: Kind,
    about_us: dict[str, Any],
    connect: Connect | None,
    *,
    stops: bool = False,
) -> Session:
    """Start a session; the program is stopped as the options say, or in any case."""
    from remora.client.session import Session
    from remora.terminal.following import subprocess_option

    client, place = line
    if place and is_script(options):
        place = {"outside": False, **place}
    session = Session(client)
    arguments = {
        **place,
        "stopOnEntry": stops or (options.stop and not options.observe),
        "showArguments": True,
        # As pdb: steps go into libraries, and the end of a program is no fault.
        "justMyCode": False,
        "breakOnSystemExit": [],
        "raisedInEachFrame": False,
        # Lists, not a tree that is opened by clicking.
        "variablePresentation": {"all": "inline", "special": "hide"},
        "subProcess": connect is not None and subprocess_option(options.follow_fork or "parent"),
        **_manner(options),
    }
    await session.start(
        # An adapter between us and a program that we have started is to attach to it.
        kind if not place else "attach",
        arguments,
        _uncaught(session) if kind == "launch" else None,
        client_arguments=about_us,
        at_once=True,
    )
    if not arguments["stopOnEntry"]:
        await session.learn_stops()
    return session


def own_name() -> str:
    """Who this is, for the other clients of a program: user, host, and terminal if there is one."""
    import pwd

    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    name = f"{user}@{os.uname().nodename}"
    try:
        return f"{name} {os.ttyname(0).removeprefix('/dev/')}"
    except OSError:
        return name


def _manner(options: argparse.Namespace) -> dict[str, Any]:
    """How this client takes part in the session, as options of the request."""
    return {
        name: value
        for name, value in (
            ("observe", options.observe),
            ("redirectOutput", options.output),
            ("onDisconnect", options.on_disconnect),
        )
        if value
    }


def _uncaught(session: Any) -> Any:
    """A program that is run from here stops when it is about to end by an exception."""

    async def configure() -> None:
        await session.client.request("setExceptionBreakpoints", {"filters": ["uncaught"]})

    return configure


def is_script(options: argparse.Namespace) -> bool:
    """Whether what was asked for is to be done or to fail, and nobody is there to be shown something else."""
    return bool(options.batch) or not is_terminal()


def is_terminal() -> bool:
    """Whether a person is at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
