"""What `attach` and `run` share: a DAP session over a connected socket, and the console over that."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Callable

    from remora.client.client import Client
    from remora.terminal.options import Kind


def converse(
    sock: socket.socket,
    options: argparse.Namespace,
    kind: Kind,
    *,
    local_sources: bool,
    relaunch: Callable[[], socket.socket] | None = None,
) -> int:
    """Hold the session to its end; the exit status of the console or of the batch.

    `relaunch` ends the program and starts it again; it may take its time.
    """
    return asyncio.run(_converse(sock, options, kind, local_sources, relaunch))


async def _converse(
    sock: socket.socket,
    options: argparse.Namespace,
    kind: Kind,
    local_sources: bool,
    relaunch: Callable[[], socket.socket] | None,
) -> int:
    client = await _open(sock)
    return await hold(client, options, kind, local_sources=local_sources, relaunch=relaunch)


async def _open(sock: socket.socket) -> Client:
    from remora.client.client import Client
    from remora.transport.from_socket import open_socket

    return await Client.open(await open_socket(sock))


async def hold(
    client: Client,
    options: argparse.Namespace,
    kind: Kind,
    *,
    local_sources: bool,
    place: dict[str, Any] | None = None,
    relaunch: Callable[[], socket.socket] | None = None,
) -> int:
    """The same over a connection; `place` says which program an adapter at its other end is to attach to."""
    from remora.client.session import Session
    from remora.terminal.options import Options
    from remora.terminal.profile import profile_path

    session = Session(client)
    arguments = {
        **(place or {}),
        "stopOnEntry": options.stop and not options.observe,
        "showArguments": True,
        # As pdb: steps go into libraries, and the end of a program is no fault.
        "justMyCode": False,
        "breakOnSystemExit": [],
        "raisedInEachFrame": False,
        # Lists, not a tree that is opened by clicking.
        "variablePresentation": {"all": "inline", "special": "hide"},
    }
    arguments.update(_manner(options))
    client_arguments = {"clientName": own_name(), "supportsRemoraStopDetails": True}
    await session.start(
        kind,
        arguments,
        _uncaught(session) if kind == "launch" else None,
        client_arguments=client_arguments,
    )

    async def start_again() -> Session:
        assert relaunch is not None
        fresh = Session(await _open(await asyncio.to_thread(relaunch)))
        await fresh.start(kind, {**arguments, "stopOnEntry": True}, client_arguments=client_arguments)
        return fresh

    chosen = Options(
        files=options.files,
        commands=options.commands,
        kind=kind,
        stopped=options.stop and not options.observe,
        # An observer, who may come from elsewhere, sees what the program has loaded and no other file.
        local_sources=local_sources and not options.observe,
        observe=options.observe,
        timeout=options.timeout,
        relaunch=start_again if relaunch is not None else None,
        profile=profile_path() if options.profile and _is_terminal() and not options.observe else None,
    )
    if options.batch:
        from remora.terminal.batch import run_batch

        return await run_batch(session, chosen)
    from remora.terminal.console import run_console

    return await run_console(session, chosen, interactive=_is_terminal())


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


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
