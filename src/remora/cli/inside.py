"""How `shell` and `exec` get to a program: as a client that has prompts there and debugs nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from . import CommandError, far
from .targets import pid_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from remora.client import Client, Session
    from remora.shell.prompt import Wanted
    from remora.terminal.following import Connect

    #: What is done with a session, and with the pid of its program if that is of this host; the exit status.
    Hold = Callable[[Session, int | None], Awaitable[int]]


def reach(options: argparse.Namespace, hold: Hold, **manner: Any) -> int:
    """Have a session with the program that `options` name, here or by `--connect` elsewhere.

    `manner` are options of the request `attach`.  Raises `CommandError`.
    """
    given = {name: value for name, value in manner.items() if value}
    if options.connect is None:
        return asyncio.run(_hold_near(pid_of(options.target), hold, given))
    pid = far.program_of_this_host(options.connect)
    if pid is not None:
        return asyncio.run(_hold_near(pid, hold, given))

    async def hold_there(client: Client, place: dict[str, Any], _: Connect) -> int:
        return await _hold(client, hold, None, {**given, **place})

    return far.converse(options.connect, options.target, hold_there)


async def _hold_near(pid: int, hold: Hold, arguments: dict[str, Any]) -> int:
    from remora.bundle.cache import Bundle
    from remora.client import Client, Disconnected, RequestFailed
    from remora.inject.attach import attach
    from remora.inject.reasons import AttachError
    from remora.transport.from_socket import open_socket

    try:
        attached = attach(pid, Bundle())
    except AttachError as error:
        raise CommandError(str(error)) from None
    client = await Client.open(await open_socket(attached.socket))
    try:
        return await _hold(client, hold, pid, arguments)
    except RequestFailed as failure:
        raise CommandError(failure.text) from None
    except Disconnected:
        raise CommandError("the program has ended, or the connection to it was lost") from None


async def _hold(client: Client, hold: Hold, pid: int | None, arguments: dict[str, Any]) -> int:
    from remora.client import Session

    from .beginning import own_name

    session = Session(client)
    about_us = {"clientName": own_name()}
    try:
        arguments = {"noDebug": True, "subProcess": False, **arguments}
        await session.start("attach", arguments, client_arguments=about_us, at_once=True)
        return await hold(session, pid)
    finally:
        await client.aclose()


async def wanted(session: Session, options: argparse.Namespace, **more: Any) -> Wanted:
    """The prompt that `--thread`, `--loop` and `--namespace` ask for.  Raises `CommandError`."""
    from remora.shell.prompt import NoSuchThread, Wanted, thread_number

    if options.loop:
        return Wanted(namespace=options.namespace, place="loop", **more)
    if options.thread is None:
        return Wanted(namespace=options.namespace, **more)
    try:
        number = await thread_number(session.client, options.thread)
    except NoSuchThread as error:
        raise CommandError(str(error)) from None
    return Wanted(namespace=options.namespace, place="thread", thread_id=number, **more)


def is_alive(pid: int) -> bool:
    """Whether the process is there, and has not ended."""
    from remora.inject.process import Process

    try:
        return not Process(pid).has_ended
    except OSError:
        return False
