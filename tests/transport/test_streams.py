"""The contract of `Stream`, kept by each way of reaching a place."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from remora.transport.base import SocketStream, Stream
from remora.transport.command import CommandStream, open_command
from remora.transport.from_socket import open_socket
from remora.transport.memory import open_pair
from remora.transport.tcp import open_tcp
from remora.transport.unix import open_unix

Opened = Callable[[Path], AbstractAsyncContextManager[Stream]]
#: Sends everything back until its input ends.
ECHO = "import os\nwhile b := os.read(0, 65536): os.write(1, b)"


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while received := await reader.read(65536):
        writer.write(received)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def _unix(directory: Path) -> AsyncIterator[Stream]:
    path = str(directory / "socket")
    server = await asyncio.start_unix_server(_echo, path)
    yield await open_unix(path)
    server.close()


@asynccontextmanager
async def _tcp(directory: Path) -> AsyncIterator[Stream]:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    yield await open_tcp(*server.sockets[0].getsockname())
    server.close()


@asynccontextmanager
async def _socket(directory: Path) -> AsyncIterator[Stream]:
    ours, theirs = socket.socketpair()
    echo = asyncio.create_task(_echo(*await asyncio.open_connection(sock=theirs)))
    yield await open_socket(ours)
    await echo


@asynccontextmanager
async def _memory(directory: Path) -> AsyncIterator[Stream]:
    ours, theirs = open_pair()

    async def echo() -> None:
        while received := await theirs.read(65536):
            theirs.write(received)
            await theirs.drain()
        await theirs.aclose()

    echoing = asyncio.create_task(echo())
    yield ours
    await echoing


@asynccontextmanager
async def _command(directory: Path) -> AsyncIterator[Stream]:
    yield await open_command([sys.executable, "-I", "-S", "-c", ECHO])


@pytest.fixture(
    params=[_unix, _tcp, _socket, _memory, _command], ids=lambda opened: opened.__name__.strip("_")
)
def opened(request: pytest.FixtureRequest) -> Opened:
    chosen: Opened = request.param
    return chosen


async def receive(stream: Stream, count: int) -> bytes:
    received = b""
    while len(received) < count:
        part = await stream.read(count - len(received))
        assert part, "the stream ended early"
        received += part
    return received


def over(opened: Opened, directory: Path, test: Callable[[Stream], Awaitable[None]]) -> None:
    async def within() -> None:
        async with opened(directory) as stream:
            await test(stream)
            await stream.aclose()

    asyncio.run(asyncio.wait_for(within(), 30))


def test_bytes_go_both_ways(opened: Opened, tmp_path: Path) -> None:
    async def test(stream: Stream) -> None:
        stream.write(b"one ")
        stream.write(b"two")
        await stream.drain()
        assert await receive(stream, 7) == b"one two"

    over(opened, tmp_path, test)


def test_much_is_not_lost(opened: Opened, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4096 * 3

    async def test(stream: Stream) -> None:
        stream.write(content)
        _, received = await asyncio.gather(stream.drain(), receive(stream, len(content)))
        assert received == content

    over(opened, tmp_path, test)


def test_read_takes_no_more_than_its_limit(opened: Opened, tmp_path: Path) -> None:
    async def test(stream: Stream) -> None:
        stream.write(b"abcdef")
        assert len(await stream.read(4)) <= 4

    over(opened, tmp_path, test)


def test_closing_ends_a_read_and_may_be_done_twice(opened: Opened, tmp_path: Path) -> None:
    async def test(stream: Stream) -> None:
        reading = asyncio.create_task(stream.read(10))
        await asyncio.sleep(0)
        await stream.aclose()
        assert await reading == b""
        await stream.aclose()
        stream.write(b"dropped")
        assert await stream.read(10) == b""

    over(opened, tmp_path, test)


def test_tcp_does_not_wait_for_nagle() -> None:
    async def within() -> None:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        connected = socket.create_connection(address)
        for stream in (await open_tcp(*address), await open_socket(connected)):
            assert is_without_delay(stream)
            await stream.aclose()
        server.close()

    asyncio.run(asyncio.wait_for(within(), 30))


def is_without_delay(stream: SocketStream) -> bool:
    sock = vars(stream)["_writer"].get_extra_info("socket")
    return bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def run_command(code: str, use: Callable[[CommandStream], Awaitable[None]]) -> None:
    async def within() -> None:
        stream = await open_command([sys.executable, "-I", "-S", "-c", code])
        await use(stream)
        await stream.aclose()

    asyncio.run(asyncio.wait_for(within(), 30))


def test_command_that_fails_tells_why() -> None:
    async def use(stream: CommandStream) -> None:
        assert await stream.read(10) == b""
        assert await stream.stderr() == "no such host\n"
        assert await stream.returncode() == 3

    run_command("import sys; print('no such host', file=sys.stderr); sys.exit(3)", use)


def test_of_much_complaint_the_end_is_kept() -> None:
    async def use(stream: CommandStream) -> None:
        complaint = await stream.stderr()
        assert len(complaint) == 16 * 1024
        assert complaint.endswith("the end")

    run_command("import sys; sys.stderr.write('x' * 100_000 + 'the end')", use)


def test_command_that_ignores_the_end_of_its_input_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remora.transport.command.GRACE", 0.05)

    async def use(stream: CommandStream) -> None:
        assert await stream.read(10) == b"ready"
        await stream.aclose()
        assert await stream.returncode() == -9

    run_command("import os, signal; os.write(1, b'ready'); signal.pause()", use)


def test_no_such_command() -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(open_command(["/no/such/command"]))
