"""Tells the user what happens without having been asked for: output, other clients, other threads."""

from __future__ import annotations

import asyncio

from ..client import Disconnected, RequestFailed
from ..printable import printable
from . import render
from .context import Context
from .debuggee import Stop
from .screen import StreamScreen
from .wire import Body, NotStopped

#: Categories of DAP `output` that are the program's own text and may move the cursor as they like.
_RAW = ("stdout", "stderr")


class Announcer:
    """A `debuggee.Observer` that writes to a screen, also what the client's other events tell."""

    def __init__(self, context: Context, screen: StreamScreen) -> None:
        self._context = context
        self._screen = screen
        client = context.debuggee.client
        client.on("output", self._output)
        client.on("breakpoint", self._breakpoint_changed)
        self._showing: set[asyncio.Task[None]] = set()

    def stopped_elsewhere(self, stop: Stop) -> None:
        debuggee = self._context.debuggee
        if not self._is_current:
            self._context.sessions.tell_stop(self._context, stop)
            return
        if stop.thread_id != debuggee.thread_id or len(debuggee.stops) > 1:
            note = f"[thread {stop.thread_id} stopped: {stop.reason}; 'thread {stop.thread_id}' looks at it]"
            self._screen.write(self._screen.style("faint", note))
            return
        showing = asyncio.create_task(self._show_stop())
        self._showing.add(showing)
        showing.add_done_callback(self._showing.discard)

    async def _show_stop(self) -> None:
        try:
            await self._context.wait_halt()
            await self._context.show_stop()
        except NotStopped:
            return  # it has been let go on meanwhile
        except (RequestFailed, Disconnected) as error:
            self._screen.write(self._screen.style("error", printable(str(error))))

    def continued_elsewhere(self, by: str) -> None:
        if self._is_current:
            note = f"[{printable(by) or 'another client'} let the program go on]"
            self._screen.write(self._screen.style("faint", note))

    @property
    def _is_current(self) -> bool:
        return self._context.sessions.is_current(self._context)

    def _output(self, body: Body) -> None:
        category = body.get("category", "console")
        text = body["output"]
        if category != "telemetry":
            self._screen.write_raw(text if category in _RAW else printable(text))

    def _breakpoint_changed(self, body: Body) -> None:
        known = self._context.breakpoints.changed(body["breakpoint"])
        if known is not None:
            self._screen.write(render.breakpoint_set(known, self._screen.style))
