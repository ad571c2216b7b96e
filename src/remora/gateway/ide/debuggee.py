"""What a session needs of its debuggee, however that was started or reached."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from remora.transport.base import Stream

T = TypeVar("T")


class Debuggee(Protocol):
    """A program with an agent in it; without one if it was launched with `noDebug`."""

    #: DAP, with the agent at the other end.
    stream: Stream | None
    pid: int
    #: What is run, for people; "" if its agent knows better.
    name: str
    #: Whether it is ours: it ends with its client, and we know of its end.
    is_launched: bool
    #: Only a picture of a program, in which there is nothing to change and nobody to follow.
    is_picture: bool
    #: Pipes with what it writes: DAP's category of output, and the descriptor.
    outputs: list[tuple[str, int]]

    async def wait_exit(self) -> int | None:
        """Wait for the end of a program that was launched; its exit status as a shell has it.

        None, at once, for one that runs without us.
        """
        ...

    def signal(self, number: int, *, group: bool) -> None:
        """Send a signal to the program, or to it and its children.  Silent when it has ended."""

    def take_children(self) -> None:
        """Have its children end with it, whenever that will be."""

    def release(self) -> None:
        """Let go of what connects it to us, but for `stream`; it may go on for long."""


async def in_thread(
    function: Callable[[], T],
    *,
    undo: Callable[[T], None],
    interrupt: Callable[[], object] = lambda: None,
) -> T:
    """What `function` gives, which blocks.

    If we are cancelled meanwhile, `interrupt` may hasten its end, and `undo` what it has done then.
    """
    running = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        interrupt()
        await asyncio.wait([running])
        if running.exception() is None:
            undo(running.result())
        raise


async def wait_readable(fd: int) -> None:
    """Wait until something can be read from a descriptor, or it has ended."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(fd, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(fd)


async def wait_process(pid: int) -> None:
    """Wait until a process has ended, which must not have been waited for yet."""
    fd = os.pidfd_open(pid)
    try:
        await wait_readable(fd)
    finally:
        os.close(fd)
