"""The agent's one thread: waits for the clients' bytes and for the clock.

It idles in `poll` without using the processor, wakes for bytes, for messages
that other threads could not send at once, and for deadlines.
"""

from __future__ import annotations

import _socket

from ..dap import framing
from .clients import Client
from .connection import Connection
from .isolate import _thread, os, select, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    Message = Dict[str, Any]


class Handler:
    """What the reader calls, on its thread."""

    def message(self, client: Client, message: Message) -> None:
        raise NotImplementedError

    def malformed(self, client: Client, text: str) -> None:
        """A client sent something that is no message; the stream goes on."""
        raise NotImplementedError

    def may_end(self) -> bool:
        """Whether the session is over when there is no client any more."""
        raise NotImplementedError

    def lost(self, client: Client) -> None:
        """The stream of a client has ended."""
        raise NotImplementedError

    def left_behind(self) -> None:
        """This process is a forked child of the one that the clients talk to.  Any thread."""
        raise NotImplementedError

    def tick(self, now: float) -> Optional[float]:
        """Do what is due at the time `now` (monotonic seconds); seconds until the next call, or None."""
        raise NotImplementedError


class Reader:
    """All clients' streams.  `add` and `wake` may be called by any thread."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._clients: dict[int, Client] = {}
        self._joining: list[Client] = []
        self._last_number = 0
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._lock = _thread.allocate_lock()
        self._closed = False

    def add(self, sock: _socket.socket) -> bool:
        """Serve one more client; False if the reader has ended."""
        with self._lock:
            if self._closed:
                return False
            self._last_number += 1
            connection = Connection(sock, self.wake)
            self._joining.append(Client(connection, self._handler.left_behind, self._last_number))
        self.wake()
        return True

    def wake(self) -> None:
        """Have the loop look around."""
        with self._lock:
            if self._closed:
                return
            try:
                os.write(self._wake_write, b"\0")
            except BlockingIOError:
                return  # it has been woken already

    def clients(self) -> list[Client]:
        return list(self._clients.values())

    def run(self) -> None:
        """Serve until the last client has gone."""
        try:
            while True:
                self._admit()
                timeout = self._handler.tick(time.monotonic())
                if self._end_if_alone():
                    return
                self._wait(timeout)
        finally:
            self.close()

    def close(self) -> None:
        """End every stream."""
        for client in [*self._clients.values(), *self._joining]:
            client.connection.close()
        self._clients.clear()
        self._close_pipe()

    def abandon(self) -> None:
        """In a forked child, which has no reader: close the copies of the descriptors, end nothing."""
        self._closed = True
        for client in [*self._clients.values(), *self._joining]:
            client.connection.abandon()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _admit(self) -> None:
        with self._lock:
            joining, self._joining = self._joining, []
        for client in joining:
            self._clients[client.connection.fileno()] = client

    def _end_if_alone(self) -> bool:
        with self._lock:
            if self._clients or self._joining or not self._handler.may_end():
                return False
        self._close_pipe()
        return True

    def _close_pipe(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._wake_read)
                os.close(self._wake_write)

    def _wait(self, timeout: Optional[float]) -> None:
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        for number, client in self._clients.items():
            poll.register(number, select.POLLIN | (select.POLLOUT if client.connection.waits() else 0))
        for number, events in poll.poll(None if timeout is None else timeout * 1000):
            if number == self._wake_read:
                os.read(number, 4096)
            elif number in self._clients:
                self._serve(self._clients[number], events)
        for number, client in list(self._clients.items()):
            if not client.connection.open:
                del self._clients[number]
                # Whoever sees the stream end finds the program without what the client had set.
                self._handler.lost(client)
                client.connection.close()

    def _serve(self, client: Client, events: int) -> None:
        if events & select.POLLOUT:
            client.connection.flush()
        if not events & ~select.POLLOUT:
            return
        try:
            received = client.connection.receive()
        except framing.MessageError as error:
            self._handler.malformed(client, str(error))
            received = error.messages
        except framing.FramingError as error:
            self._handler.malformed(client, str(error))
            client.connection.open = False
            return
        for message in received:
            self._handler.message(client, message)
