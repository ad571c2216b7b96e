"""Stacks as DAP shows them: frames with ids that hold until their thread goes on.

Below the frames of a thread that runs an asyncio task come those of the tasks
that await it.  A frame keeps its id during a stop, however often the stack is asked for, so
that what a client selected stays selected.
"""

from __future__ import annotations

from ..dap import errors
from .inspection.awaiters import Awaiter, awaiters_of_stack
from .inspection.frames import frame_body
from .inspection.tracebacks import Passage, passages
from .instructions import at_or_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Hashable, Optional, Sequence, Union

    from .handles import Handles
    from .instructions import Addresses
    from .modules import Modules
    from .scoping import Scope
    from .sources import Sources
    from .threads import DebuggeeThread

    #: What a line of a stack stands for.
    Entry = Union[FrameType, Passage, Awaiter]


#: Reasons of stops that may come while a library runs, which is of no interest then.
_ANYWHERE = ("pause", "exception")


class Stacks:
    """Frame ids of all threads."""

    def __init__(self, handles: Handles, sources: Sources, modules: Modules, addresses: Addresses) -> None:
        self._handles = handles
        self._sources = sources
        self._modules = modules
        self._addresses = addresses
        self._ids: dict[DebuggeeThread, dict[Hashable, int]] = {}

    def page(
        self,
        thread: DebuggeeThread,
        start: int,
        levels: Optional[int],
        scope: Scope,
        form: Optional[dict[str, Any]] = None,
        addresses: bool = False,
    ) -> dict[str, Any]:
        """The body of a `stackTrace` response.

        `scope` tells the user's own code; of DAP's `StackFrameFormat`, `form`, module and line are heeded.
        With `addresses`, frames tell the instructions at which they stand.
        """
        entries = _with_awaiters(_passed(thread, self.shown(thread, scope)), thread.stack())
        end = start + levels if levels else len(entries)
        bodies = [self._body(thread, entry, scope, form or {}) for entry in entries[start:end]]
        if addresses:
            for entry, body in zip(entries[start:end], bodies):
                self._add_address(entry, body)
        return {"stackFrames": bodies, "totalFrames": len(entries)}

    def shown(self, thread: DebuggeeThread, scope: Scope, *, alive: bool = False) -> list[FrameType]:
        """The frames that a client with this `scope` sees, innermost first; `alive` as of `thread.stack`.

        What the scope hides is left out, but not the frame at which the program stopped of its own accord,
        nor all that there is.
        """
        frames = thread.stack(alive=alive)
        shown = [frame for frame in frames if not scope.hides(frame)]
        if not shown or len(shown) == len(frames):
            return frames
        stop = thread.stop
        is_meant = stop is not None and stop.reason not in _ANYWHERE
        return [frames[0], *shown] if is_meant and frames[0] is not shown[0] else shown

    def passed(self, thread: DebuggeeThread, exception: BaseException, scope: Scope) -> list[dict[str, Any]]:
        """The DAP StackFrames that an exception has come through; their ids are of the stop of `thread`."""
        found = passages(exception)
        shown = [each for each in found if not scope.hides(each.frame)]
        return [self._body(thread, each, scope, {}) for each in shown or found]

    def frame(self, frame_id: int) -> tuple[DebuggeeThread, FrameType]:
        """The thread and frame of an id.  Raises `errors.RequestError` if its thread went on."""
        try:
            found = self._handles.get(frame_id)
        except (KeyError, TypeError):
            found = None
        if not isinstance(found, _Numbered):
            raise errors.no_such_frame(frame_id)
        if found.frame is None:
            raise errors.frame_is_label(frame_id)
        return found.thread, found.frame

    def discard(self, thread: DebuggeeThread) -> None:
        """The ids of a thread that goes on are void."""
        if self._ids.pop(thread, None):
            self._handles.discard((thread, "frames"))

    def _body(
        self, thread: DebuggeeThread, entry: Entry, scope: Scope, form: dict[str, Any]
    ) -> dict[str, Any]:
        if isinstance(entry, Awaiter):
            return {
                "id": self._number(thread, id(entry.task), None),
                "name": "(await) task " + entry.name,
                "line": 0,
                "column": 0,
                "presentationHint": "label",
            }
        frame, at = (entry.frame, entry.at) if isinstance(entry, Passage) else (entry, None)
        number = self._number(thread, (id(frame), at), frame)
        self._modules.seen(frame)
        filename = frame.f_code.co_filename
        hint = "normal" if scope.is_own(frame) else "subtle"
        body = frame_body(frame, number, self._sources.body(filename), hint, at)
        if form.get("module"):
            body["name"] = "%s.%s" % (frame.f_globals.get("__name__", "?"), body["name"])
        if form.get("line"):
            body["name"] = "%s : %d" % (body["name"], body["line"])
        return body

    def _add_address(self, entry: Entry, body: dict[str, Any]) -> None:
        if not isinstance(entry, Awaiter):
            frame, at = (entry.frame, entry.at) if isinstance(entry, Passage) else (entry, None)
            offset = at_or_before(frame.f_code, frame.f_lasti if at is None else at[1])
            body["instructionPointerReference"] = self._addresses.of(frame.f_code, offset)

    def _number(self, thread: DebuggeeThread, key: Hashable, frame: Optional[FrameType]) -> int:
        ids = self._ids.setdefault(thread, {})
        number = ids.get(key)
        if number is None:
            number = ids[key] = self._handles.add((thread, "frames"), _Numbered(thread, frame))
        return number


class _Numbered:
    """What the id of a frame stands for, which may be a line of text for a task that waits."""

    def __init__(self, thread: DebuggeeThread, frame: Optional[FrameType]) -> None:
        self.thread = thread
        self.frame = frame


def _passed(thread: DebuggeeThread, shown: Sequence[FrameType]) -> Sequence[Entry]:
    """`shown`, each where it stood when the exception passed it, if the stop is about one that has."""
    stop = thread.stop
    if stop is None or not stop.post_mortem or stop.exception is None:
        return shown
    waiting = passages(stop.exception)
    found: list[Entry] = []
    for frame in shown:
        while waiting and waiting[0].frame is not frame:
            waiting.pop(0)
        found.append(waiting.pop(0) if waiting else frame)
    return found


def _with_awaiters(shown: Sequence[Entry], frames: list[FrameType]) -> list[Entry]:
    """What is shown of `frames`, and below it the tasks that wait for the one that these run."""
    entries: list[Entry] = list(shown)
    for awaiter in awaiters_of_stack(frames):
        entries.append(awaiter)
        entries.extend(awaiter.frames)
    return entries
