"""What a command works with, and what every stop shows.

A `Context` is one console over one debuggee (see `sessions` for several);
commands change it and nothing else.  Runs on the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..client import RequestFailed
from ..printable import printable
from . import render
from .aliases import Aliases
from .breakpoints import BreakpointList
from .debuggee import Debuggee, Stop
from .displays import Display
from .exception_stops import ExceptionStops
from .options import Options
from .paths import PathMap
from .settings import Settings
from .sources import Sources
from .style import Style
from .wire import Body, CommandError

if TYPE_CHECKING:
    from .registry import Command
    from .screen import Complete
    from .sessions import Sessions


def check_allowed(context: Context, command: Command | None) -> None:
    """Raise `CommandError` for what an observer, who may come from elsewhere, must not do on this side."""
    if command is not None and command.here and context.options.observe:
        raise CommandError(f"'{command.name}' is not for observers: it works on this side")


def check_no_picture(context: Context) -> None:
    """Raise `CommandError` if there is only a picture of the program, in which nobody can do anything."""
    if context.debuggee.is_picture:
        raise CommandError(
            "this is a picture of the program, in which nothing can be run; 'attach' tries to get into it"
        )


class Leave(Exception):
    """The user wants to leave; what is to become of the program is in `terminate`.

    Unless `everything` is left, the console goes on with its other sessions.
    """

    def __init__(self, *, terminate: bool, everything: bool = True) -> None:
        super().__init__()
        self.terminate = terminate
        self.everything = everything


class Screen(Protocol):
    """Where text goes and questions are answered."""

    style: Style

    @property
    def width(self) -> int | None: ...

    def write(self, text: str) -> None:
        """Show whole lines."""

    async def confirm(self, question: str) -> bool: ...

    def keep_history(self, keep: bool) -> None:
        """Whether what is typed is kept for later sessions."""

    async def ask(self, prompt: str, complete: Complete) -> str:
        """Return a line that is typed; raises EOFError, `screen.Interrupted`, or `CommandError`."""


@dataclass
class Context:
    """Everything a command may use."""

    debuggee: Debuggee
    breakpoints: BreakpointList
    sources: Sources
    screen: Screen
    options: Options
    #: All that the console holds, this one among them.
    sessions: Sessions
    settings: Settings = field(default_factory=Settings)
    exceptions: ExceptionStops = field(default_factory=ExceptionStops)
    displays: dict[int, Display] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    aliases: Aliases = field(default_factory=Aliases)
    paths: PathMap = field(default_factory=PathMap)
    #: The path of the program's main file, where somebody has asked for it.
    program: str | None = field(default=None, init=False)
    #: The line after the last listed, and the source it was listed from.
    listed: tuple[Body, int, int] | None = None
    #: Runs a line as if it had been typed; set by the interpreter.
    run_line: Callable[[str], Awaitable[None]] | None = None
    _last_depth: tuple[int, int] | None = field(default=None, init=False)
    _end_is_told: bool = field(default=False, init=False)
    #: The removal of temporary breakpoints that were hit.
    _dropping: asyncio.Future[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        # What `cli.beginning` configures for a program that it starts.
        self.exceptions.trapping = self.options.kind == "launch"
        self.sources.paths = self.paths

    # Output

    @property
    def style(self) -> Style:
        return self.screen.style

    @property
    def width(self) -> int | None:
        return self.settings.width or self.screen.width

    def write(self, text: str) -> None:
        self.screen.write(text)

    def write_variables(self, bodies: Iterable[Body], indent: str = "", *, without: str = "") -> None:
        """List DAP `Variable`s, cut as the settings have it; `without` any, say that."""
        longest = self.settings.maxstring
        cut = ({**each, "value": render.cut(each["value"], longest)} for each in bodies)
        text = render.variables(cut if longest else bodies, self.style, self.width, indent)
        if text or without:
            self.write(text or without)

    def apply_settings(self) -> None:
        """Let settings that others than commands look at take effect."""
        self.screen.keep_history(self.settings.history)
        self.style.basename = self.settings.basename
        self.style.highlighting = self.settings.highlight
        self.style.pygments_style = "" if self.settings.style == "none" else self.settings.style

    async def confirm(self, question: str) -> bool:
        return not self.settings.confirm or await self.screen.confirm(question)

    # Going on

    async def go_on(self, command: str, **arguments: Any) -> Stop | None:
        """Resume with a DAP request and wait; returns the stop, None when the program ended.

        Raises `CommandError` when the time is up.
        """
        await self.debuggee.resume(command, **arguments)
        return await self.wait_halt()

    async def wait_halt(self) -> Stop | None:
        """Wait for the stop, count its breakpoints and drop the temporary ones among them."""
        timeout = self.options.timeout
        try:
            stop = await self.debuggee.wait_halt(timeout)
        except TimeoutError:
            raise CommandError(f"the program did not stop within {timeout:g} seconds") from None
        hit = self.breakpoints.hit(stop.breakpoint_ids) if stop is not None else []
        temporary = [each for each in hit if each.temporary]
        if temporary:
            # The stop is shown meanwhile.
            self._dropping = asyncio.ensure_future(self.breakpoints.remove(temporary))
        return stop

    async def run_and_show(self, command: str) -> None:
        """Resume, wait, and show where the program stands, or that it ended."""
        await self.go_on(command)
        await self.show_stop()

    async def show_stop(self) -> None:
        """Show the location, the source and the displays of the stop; how it ended, when it has."""
        debuggee = self.debuggee
        if debuggee.ended is not None:
            self.tell_end()
            return
        stop = debuggee.stop
        if stop is None:
            return  # another client has let it go on meanwhile, which was said
        _, frame = await asyncio.gather(debuggee.thread_name(stop.thread_id), debuggee.frame(0))
        # Asked for while the source is, which may have to be fetched: the program may be far away.
        displayed = asyncio.gather(*map(self._evaluate_display, self.displays.values()))
        remark = render.stop_line(stop, self._numbers(stop))
        if remark:
            self.write(self.style("error" if stop.reason == "exception" else "faint", remark))
        try:
            await self.show_frame(frame, render.event_glyph(stop.reason, self._deeper(stop), stop.event))
            for row in filter(None, await displayed):
                self.write(row)
            if self._dropping is not None:
                await self._dropping
        finally:
            displayed.cancel()
            self._dropping = None

    def tell_end(self) -> None:
        """Say, once, that the session is over and why."""
        if self.debuggee.ended is not None and not self._end_is_told:
            self._end_is_told = True
            self.write(self.debuggee.ended)

    def _numbers(self, stop: Stop) -> list[int]:
        return [each.number for each in self.breakpoints if each.adapter_id in stop.breakpoint_ids]

    def _deeper(self, stop: Stop) -> int:
        depth = self.debuggee.stack().depth
        last, self._last_depth = self._last_depth, None if depth is None else (stop.thread_id, depth)
        if last is None or depth is None or last[0] != stop.thread_id:
            return 0
        return depth - last[1]

    async def show_frame(self, frame: Body, glyph: str = "->") -> None:
        """Show a frame's location header and the source around its line."""
        assert self.debuggee.thread_id is not None
        name = await self.debuggee.thread_name(self.debuggee.thread_id)
        self.write(render.location_header(frame, name, self.style))
        before = after = self.settings.context
        if self.settings.autolist:
            before = self.settings.listsize // 2
            after = self.settings.listsize - before - 1
        line = frame["line"]
        if frame.get("source"):
            first = max(line - before, 1)
            await self.show_source(frame["source"], first, line + after, current=line, glyph=glyph)
        self.listed = None  # 'list' begins around the frame's line

    async def show_source(
        self, source: Body, first: int, last: int, *, current: int | None = None, glyph: str = "->"
    ) -> None:
        """List lines of a source; says so when there is no text."""
        try:
            lines = await self.sources.lines(source)
        except RequestFailed as error:
            self.write(self.style("faint", f"{glyph} {current or first:>4} (no source text: {error})"))
            return
        first = max(first, 1)
        if first > len(lines):
            raise CommandError(f"the file has {len(lines)} lines")
        marks = [each.actual_line or each.line for each in self.breakpoints.in_source(source)]
        self.write(
            render.listing(
                lines,
                first,
                last,
                self.style,
                current=current,
                glyph=glyph,
                breakpoints=marks,
                width=self.width,
            )
        )
        self.listed = (source, first, min(last, len(lines)))

    async def show_displays(self) -> None:
        for row in filter(None, await asyncio.gather(*map(self._evaluate_display, self.displays.values()))):
            self.write(row)

    async def _evaluate_display(self, display: Display) -> str:
        """The row of a display; none where its names are unknown because it belongs to another function."""
        label = f"{display.label} = "
        format, text = display.format, display.expression
        try:
            body = await self.debuggee.evaluate(format.expression(text) if format else text, "watch")
        except RequestFailed as error:
            if str(error).startswith("NameError") and await self._is_elsewhere(display):
                return ""
            return label + self.style("faint", f"({printable(str(error))})")
        value = format.text(body["result"]) if format else body["result"]
        return label + render.cut(value, self.width and self.width - len(label))

    async def _is_elsewhere(self, display: Display) -> bool:
        frame = await self.debuggee.frame()
        return display.function not in (None, render.function_of(frame))
