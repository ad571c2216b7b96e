"""How `shell` and `exec` get to a program: as a client that has prompts there and debugs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import CommandError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from remora.client import Client, Session
    from remora.shell.prompt import Wanted

    #: What is done with a session; its exit status.
    Hold = Callable[[Session], Awaitable[int]]


async def hold_near(pid: int, hold: Hold, **options: Any) -> int:
    """Put the agent into process `pid`, and have a session with it; the exit status.

    `options` are further ones of the request `attach`.  Raises `CommandError`.
    """
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
        return await hold_over(client, {}, hold, **options)
    except RequestFailed as failure:
        raise CommandError(failure.text) from None
    except Disconnected:
        raise CommandError("the program has ended, or the connection to it was lost") from None


async def hold_over(client: Client, place: dict[str, Any], hold: Hold, **options: Any) -> int:
    """The same over a connection; `place` says which program an adapter at its other end is to reach.

    Raises `RequestFailed`, and `Disconnected` if the connection ends.
    """
    from remora.client import Session

    from .session import own_name

    session = Session(client)
    given = {name: value for name, value in options.items() if value}
    try:
        arguments = {**place, "noDebug": True, "subProcess": False, **given}
        await session.start("attach", arguments, client_arguments={"clientName": own_name()}, at_once=True)
        return await hold(session)
    finally:
        await client.aclose()


async def wanted(session: Session, options: argparse.Namespace, **more: Any) -> Wanted:
    """The prompt that `--thread`, `--loop` and `--namespace` ask for.  Raises `CommandError`."""
    from remora.shell.prompt import Wanted

    if options.loop:
        return Wanted(namespace=options.namespace, place="loop", **more)
    if options.thread is None:
        return Wanted(namespace=options.namespace, **more)
    number = None if options.thread == "main" else await _thread(session, options.thread)
    return Wanted(namespace=options.namespace, place="thread", thread_id=number, **more)


async def _thread(session: Session, wanted: str) -> int:
    """The number of the thread with this name or number."""
    threads = (await session.client.request("threads"))["threads"]
    found = [each["id"] for each in threads if wanted in (each["name"], str(each["id"]))]
    if len(found) == 1:
        return int(found[0])
    names = ", ".join(f"{each['id']} {each['name']}" for each in threads)
    reason = "several threads are" if found else "no thread is"
    raise CommandError(f"{reason} called {wanted!r}; give a number: {names}")


def is_alive(pid: int) -> bool:
    """Whether the process is there, and has not ended."""
    from remora.inject.process import Process

    try:
        return not Process(pid).has_ended
    except OSError:
        return False
