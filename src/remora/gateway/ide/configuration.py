"""What a client has set up, kept to be set up again when its program is restarted.

Decides what is kept, and under which ids the client goes on knowing it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Ask = Callable[[str, Message], Awaitable[Message]]

_KEPT = (
    "setBreakpoints",
    "setFunctionBreakpoints",
    "setExceptionBreakpoints",
    "setDebuggerProperty",
    "remora/configure",
)
#: Between the ids of breakpoints of one run of the program and those of the next.
_ID_STEP = 1 << 20


class Configuration:
    """The latest request of each kind, and the ids that came back."""

    def __init__(self) -> None:
        self._requests: dict[str, tuple[str, Message]] = {}
        self._ids: dict[str, list[int | None]] = {}
        #: Ids of the present run → ids that the client knows.
        self._known: dict[int, int] = {}
        self._offset = 0

    def keep(self, request: Message) -> None:
        """Take note of a request of the client's."""
        command, arguments = request.get("command", ""), request.get("arguments")
        if command in _KEPT and isinstance(arguments, dict):
            self._requests[_subject(request)] = (command, arguments)

    def keep_answer(self, request: Message, response: Message) -> None:
        """Take note of the answer that the client gets; a refused request has set nothing."""
        subject = _subject(request)
        if subject not in self._requests:
            return
        if not response.get("success"):
            self._requests.pop(subject)
            return
        breakpoints = (response.get("body") or {}).get("breakpoints", [])
        self._ids[subject] = [each.get("id") for each in breakpoints]

    async def apply(self, ask: Ask) -> None:
        """Set everything up in the next run, by requests through `ask`."""
        self._offset += _ID_STEP
        self._known = {}
        for subject, (command, arguments) in list(self._requests.items()):
            body = await ask(command, arguments)
            new = [each.get("id") for each in body.get("breakpoints", [])]
            pairs = zip(new, self._ids.get(subject, []), strict=False)
            self._known.update((ours, theirs) for ours, theirs in pairs if ours and theirs)

    def rename(self, message: Message) -> Message:
        """A message for the client, with the ids of breakpoints that it knows."""
        body = message.get("body")
        if self._offset and isinstance(body, dict):
            for each in [*body.get("breakpoints", []), body.get("breakpoint")]:
                if isinstance(each, dict) and "id" in each:
                    each["id"] = self._name(each["id"])
            if "hitBreakpointIds" in body:
                body["hitBreakpointIds"] = [self._name(each) for each in body["hitBreakpointIds"]]
        return message

    def _name(self, id: int) -> int:
        return self._known.get(id, id + self._offset)


def _subject(request: Message) -> str:
    """What the request replaces as a whole: for breakpoints in a file, those of that file."""
    arguments = request.get("arguments")
    source = arguments.get("source") if isinstance(arguments, dict) else None
    return json.dumps([request.get("command"), source], sort_keys=True)
