"""The breakpoints that this console set, numbered as its user sees them.

DAP replaces all breakpoints of a file (or all function breakpoints) at once, so
the list is kept here and sent whole per file.  Runs on the event loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..client import Client
from .wire import Body, CommandError

#: Of all breakpoints at instructions, which are sent together.
_INSTRUCTIONS = "*"


@dataclass(kw_only=True)
class Breakpoint:
    """One breakpoint: on a line of `source`, at an `instruction`, or else on `function`."""

    source: Body | None = None
    line: int = 0
    function: str = ""
    #: Where the byte code begins, and the offset in that of `function`.
    instruction: tuple[str, int] | None = None
    condition: str | None = None
    hit_condition: str | None = None
    log_message: str | None = None
    temporary: bool = False
    enabled: bool = True
    number: int = 0
    hits: int = 0
    adapter_id: int | None = None
    verified: bool = False
    actual_line: int | None = None
    message: str = ""

    @property
    def file(self) -> str:
        """What breakpoints that must be sent together have in common; empty for functions."""
        if self.instruction is not None:
            return _INSTRUCTIONS
        return _file_of(self.source) if self.source is not None else ""

    def request(self) -> Body:
        """The DAP `SourceBreakpoint`, `FunctionBreakpoint` or `InstructionBreakpoint`."""
        optional = {
            "condition": self.condition,
            "hitCondition": self.hit_condition,
            "logMessage": self.log_message,
        }
        place: Body = {"name": self.function} if self.source is None else {"line": self.line}
        if self.instruction is not None:
            reference, offset = self.instruction
            place = {"instructionReference": reference, "offset": offset}
        return place | {key: value for key, value in optional.items() if value}

    def answered(self, body: Body) -> None:
        """Take over what the adapter says of it in a DAP `Breakpoint`."""
        self.adapter_id = body.get("id", self.adapter_id)
        self.verified = body.get("verified", self.verified)
        self.actual_line = body.get("line", self.actual_line)
        self.message = body.get("message", "")


class BreakpointList:
    """The numbered breakpoints."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._breakpoints: dict[int, Breakpoint] = {}
        self._sources: dict[str, Body] = {}
        self._last_number = 0

    def __iter__(self) -> Iterator[Breakpoint]:
        return iter(list(self._breakpoints.values()))

    def __len__(self) -> int:
        return len(self._breakpoints)

    def __getitem__(self, number: int) -> Breakpoint:
        """Raises `CommandError` when there is no such number."""
        try:
            return self._breakpoints[number]
        except KeyError:
            raise CommandError(f"there is no breakpoint {number}; 'info breakpoints' lists them") from None

    async def add(self, breakpoint: Breakpoint) -> Breakpoint:
        """Number a breakpoint and send it; one that the adapter refuses is not kept."""
        number = self._last_number + 1
        self._breakpoints[number] = breakpoint
        breakpoint.number = number
        if breakpoint.source is not None:
            self._sources[breakpoint.file] = breakpoint.source
        try:
            await self._send([breakpoint.file])
        except Exception:
            del self._breakpoints[number]
            raise
        self._last_number = number
        return breakpoint

    async def adopt(self, others: BreakpointList) -> None:
        """Set the breakpoints of another session, with their numbers, as if they had not been hit.

        Those at instructions are left out: the byte code is another one.
        """
        self._last_number = others._last_number
        for each in others:
            if each.instruction is not None:
                continue
            self._breakpoints[each.number] = replace(
                each, hits=0, adapter_id=None, verified=False, actual_line=None, message=""
            )
            if each.source is not None:
                self._sources[each.file] = each.source
        await self._send(each.file for each in self)

    async def remove(self, breakpoints: Iterable[Breakpoint]) -> None:
        breakpoints = list(breakpoints)
        for each in breakpoints:
            self._breakpoints.pop(each.number, None)
        await self._send(each.file for each in breakpoints)

    async def change(self, breakpoints: Iterable[Breakpoint], **attributes: Any) -> None:
        """Set attributes of breakpoints, such as `enabled=False`, and send them."""
        breakpoints = list(breakpoints)
        before = [{name: getattr(each, name) for name in attributes} for each in breakpoints]
        for each in breakpoints:
            _assign(each, attributes)
        try:
            await self._send(each.file for each in breakpoints)
        except Exception:
            for each, old in zip(breakpoints, before, strict=True):
                _assign(each, old)
            raise

    def changed(self, body: Body) -> Breakpoint | None:
        """Take over a `breakpoint` event's body; returns the breakpoint if it is one of these."""
        if "id" not in body:
            return None
        for each in self._breakpoints.values():
            if each.adapter_id == body["id"]:
                each.answered(body)
                return each
        return None

    def hit(self, adapter_ids: Iterable[int]) -> list[Breakpoint]:
        """Count a hit of the breakpoints with these adapter ids and return them."""
        wanted = set(adapter_ids)
        found = [each for each in self._breakpoints.values() if each.adapter_id in wanted]
        for each in found:
            each.hits += 1
        return found

    def at(self, source: Body, line: int) -> list[Breakpoint]:
        """The breakpoints on a line."""
        file = _file_of(source)
        on_file = (each for each in self._breakpoints.values() if each.source and each.file == file)
        return [each for each in on_file if line in (each.line, each.actual_line)]

    def in_source(self, source: Body) -> list[Breakpoint]:
        return [each for each in self._breakpoints.values() if each.source and each.file == _file_of(source)]

    async def _send(self, files: Iterable[str]) -> None:
        for file in dict.fromkeys(files):
            if file == _INSTRUCTIONS:
                await self._send_instructions()
            else:
                await (self._send_lines(file) if file else self._send_functions())

    async def _send_lines(self, file: str) -> None:
        own = [each for each in self._breakpoints.values() if each.file == file and each.enabled]
        arguments = {"source": self._sources[file], "breakpoints": [each.request() for each in own]}
        _take_answers(own, await self._client.request("setBreakpoints", arguments))

    async def _send_functions(self) -> None:
        own = [each for each in self._breakpoints.values() if not each.file and each.enabled]
        arguments = {"breakpoints": [each.request() for each in own]}
        _take_answers(own, await self._client.request("setFunctionBreakpoints", arguments))

    async def _send_instructions(self) -> None:
        own = [each for each in self._breakpoints.values() if each.file == _INSTRUCTIONS and each.enabled]
        arguments = {"breakpoints": [each.request() for each in own]}
        _take_answers(own, await self._client.request("setInstructionBreakpoints", arguments))


def _assign(breakpoint: Breakpoint, attributes: dict[str, Any]) -> None:
    for name, value in attributes.items():
        setattr(breakpoint, name, value)


def _take_answers(breakpoints: list[Breakpoint], body: Body) -> None:
    for each, answer in zip(breakpoints, body["breakpoints"], strict=True):
        each.answered(answer)


def _file_of(source: Body) -> str:
    path: str = source.get("path") or f"<{source.get('sourceReference', 0)}>"
    return path
