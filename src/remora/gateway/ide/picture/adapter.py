"""A program that is only looked at from outside: a debug adapter over a picture of it.

Decides the order of a session.  It speaks DAP as an agent does, so that the
gateway, and through it every client, has nothing to learn.  Runs in one event
loop; pictures are taken on a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from remora.dap import errors, messages
from remora.dap.check import check_arguments

from ..channel import Channel, Message
from .answers import PictureAnswers
from .obstacles import obstacles, wait_gone

if TYPE_CHECKING:
    from remora.observe.picture import Picture
    from remora.transport.base import Stream

    from .obstacles import Obstacle

#: Takes a picture, which may take its time.  Raises `LookupError`, whose text says why it cannot.
Take = Callable[[], "Picture"]

_CAPABILITIES = {
    "supportsConfigurationDoneRequest": True,
    "supportsEvaluateForHovers": True,
    "supportsDelayedStackTraceLoading": True,
    "supportsLoadedSourcesRequest": True,
    "supportsRemoraRefreshRequest": True,
}


class PictureAdapter:
    """One client, up to its `disconnect` or the end of the stream."""

    def __init__(self, stream: Stream, picture: Picture, take: Take) -> None:
        self._client = Channel(stream)
        self._answers = PictureAnswers(picture)
        self._take = take
        #: The request `attach`, which is answered when its client is configured.
        self._attaching: Message | None = None
        self._over = False
        #: Waits until the program can be attached to, to tell that.
        self._watching: asyncio.Task[None] | None = None
        self._handlers: dict[str, Callable[[Message, Message], Awaitable[None]]] = {
            "initialize": self._initialize,
            "attach": self._attach,
            "configurationDone": self._configured,
            "remora/refresh": self._refresh,
            "disconnect": self._disconnect,
        }

    async def serve(self) -> None:
        """Answer every request, one after the other."""
        try:
            async for request in self._client.requests():
                await self._receive(request)
                if self._over:
                    break
        finally:
            if self._watching is not None:
                self._watching.cancel()
            await self._client.aclose()

    async def _receive(self, request: Message) -> None:
        command = str(request.get("command", ""))
        with self._client.answering(request):
            arguments = check_arguments(command, request.get("arguments"))
            handler = self._handlers.get(command)
            if handler is not None:
                await handler(request, arguments)
            else:
                body = self._answers.answer(command, arguments)
                self._client.send(messages.response(request, body))

    async def _initialize(self, request: Message, arguments: Message) -> None:
        # A console of ours shows all that there is.
        self._answers.shows_states = bool(arguments.get("supportsRemoraStopDetails"))
        self._client.send(messages.response(request, dict(_CAPABILITIES)))

    async def _attach(self, request: Message, arguments: Message) -> None:
        self._answers.wants_arguments = bool(arguments.get("showArguments"))
        self._attaching = request
        self._client.event("initialized")

    async def _configured(self, request: Message, arguments: Message) -> None:
        if self._attaching is None:
            raise errors.not_attached("configurationDone")
        self._client.send(messages.response(request))
        self._client.send(messages.response(self._attaching))
        self._tell_process()
        self._tell_stop()

    async def _refresh(self, request: Message, arguments: Message) -> None:
        try:
            self._answers.show(await asyncio.to_thread(self._take))
        except LookupError as error:
            raise errors.not_reached(str(error)) from error
        self._client.send(messages.response(request))
        self._tell_stop()

    async def _disconnect(self, request: Message, arguments: Message) -> None:
        if arguments.get("terminateDebuggee"):
            raise errors.only_a_picture("disconnect")
        self._client.send(messages.response(request))
        self._over = True

    def _tell_process(self) -> None:
        picture = self._answers.picture
        body: Message = {"name": picture.core or picture.command, "startMethod": "attach"}
        if picture.pid and not picture.core:
            body |= {"systemProcessId": picture.pid, "isLocalProcess": True}
        self._client.event("process", body)

    def _tell_stop(self) -> None:
        self._watch()
        text = _about(self._answers.picture)
        if not self._answers.shows_states:
            self._client.event("output", {"category": "console", "output": text + "\n"})
        self._client.event(
            "stopped",
            {
                "reason": "pause",
                "description": "Seen from outside",
                "text": text,
                "threadId": self._answers.thread_id,
                "allThreadsStopped": True,
            },
        )

    def _watch(self) -> None:
        """Watch what the picture shows to be in the way, unless that of an earlier one is still watched."""
        if self._watching is not None and not self._watching.done():
            return
        picture = self._answers.picture
        found = obstacles(picture)
        if found and picture.pid is not None:
            self._watching = asyncio.create_task(self._tell_way_free(picture.pid, found))

    async def _tell_way_free(self, pid: int, found: list[Obstacle]) -> None:
        text = await wait_gone(pid, found)
        self._client.event("output", {"category": "important", "output": text + "\n"})


def _about(picture: Picture) -> str:
    """What it is, and what is to be seen at first sight."""
    from remora.observe import text

    what = f"core file {picture.core}" if picture.core else f"process {picture.pid}"
    lines = [
        f"A picture of {what} from outside: nothing of it can be run or changed.",
        text.summary(picture),
        *(line for cycle in picture.deadlocks for line in text.cycle_lines(cycle, picture)),
        *(f"({note})" for note in picture.notes),
    ]
    return "\n".join(lines)
