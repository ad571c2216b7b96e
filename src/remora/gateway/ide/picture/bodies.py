"""A picture of a process, taken from outside, as the bodies of DAP's responses.

Decides the ids of frames and values, which hold for one picture, and what is
said of a thread.  Must not know how a picture is taken, nor the requests.
Pure, but for the names of files, which `files` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.dap import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from remora.observe.picture import Frame, Picture, Task, Thread, Variable

    from .files import PictureFiles

Body = dict[str, Any]

#: Of a value.
READ_ONLY = {"attributes": ["readOnly"]}


class PictureBodies:
    """One picture.  Ids of frames begin at `first_id`, so that those of an earlier picture are void."""

    def __init__(self, picture: Picture, files: PictureFiles, *, first_id: int = 1) -> None:
        self.picture = picture
        self._files = files
        self._threads = {thread.tid: thread for thread in picture.threads}
        #: By id; a stack's frames follow each other.
        self._frames: dict[int, Frame] = {}
        self._first_ids: dict[int, int] = {}
        for thread in picture.threads:
            self._first_ids[thread.tid] = first_id + len(self._frames)
            self._frames.update(enumerate(thread.frames, first_id + len(self._frames)))
        #: The id after the last.
        self.end_id = first_id + len(self._frames)

    def threads(self, *, names_tell: bool) -> list[Body]:
        """The threads; with `names_tell` their names say what they wait for, and hold."""
        return [self._thread(thread, names_tell) for thread in self.picture.threads]

    def most_telling(self) -> int:
        """The thread to look at first: one of a deadlock, that with the GIL, or the main thread."""
        return max(self.picture.threads, key=self._interest).tid if self.picture.threads else 0

    def stack(self, tid: int, start: int = 0, levels: int = 0) -> Body:
        """The body of `stackTrace`.  Raises `RequestError`."""
        thread = self._threads.get(tid)
        if thread is None:
            raise errors.no_such_thread(tid)
        first = self._first_ids[tid]
        numbered = list(enumerate(thread.frames, first))
        shown = numbered[start : start + levels] if levels else numbered[start:]
        return {
            "stackFrames": [self._frame(id, frame) for id, frame in shown],
            "totalFrames": len(numbered),
        }

    def scopes(self, frame_id: int, *, with_arguments: bool) -> list[Body]:
        """The local variables of a frame, its arguments apart if that is wanted.  Raises `RequestError`."""
        variables = self.frame(frame_id).variables or ()
        arguments = [each for each in variables if each.is_argument]
        scopes = []
        if with_arguments and arguments:
            scopes.append(_scope("Arguments", "arguments", 2 * frame_id + 1))
        if not with_arguments or len(arguments) < len(variables):
            scopes.append(_scope("Locals", "locals", 2 * frame_id))
        return scopes if variables else []

    def variables(self, reference: int, *, with_arguments: bool) -> list[Body]:
        """The variables of a scope.  Raises `RequestError`."""
        frame = self._frames.get(reference // 2)
        if frame is None:
            raise errors.no_such_reference(reference)
        variables = frame.variables or ()
        if reference % 2:
            variables = tuple(each for each in variables if each.is_argument)
        elif with_arguments:
            variables = tuple(each for each in variables if not each.is_argument)
        return [_variable(each) for each in variables]

    def variable(self, frame_id: int | None, name: str) -> Variable | None:
        """The local variable that a name means in a frame; None if there is none.  Raises `RequestError`."""
        if frame_id is None:
            return None
        return next((each for each in self.frame(frame_id).variables or () if each.name == name), None)

    def frame(self, frame_id: int) -> Frame:
        """Raises `RequestError`."""
        try:
            return self._frames[frame_id]
        except KeyError:
            raise errors.no_such_frame(frame_id) from None

    def tasks(self) -> list[Body] | None:
        """What `remora/tasks` tells; None where tasks cannot be read."""
        if self.picture.tasks is None:
            return None
        return [self._task(id, task) for id, task in enumerate(self.picture.tasks, 1)]

    def sources(self) -> list[Body]:
        """The files of all frames, each once."""
        files = dict.fromkeys(frame.file for frame in self._frames.values() if frame.file)
        return [self._files.source(file) for file in files]

    def _interest(self, thread: Thread) -> tuple[bool, ...]:
        stuck = any(link.tid == thread.tid for cycle in self.picture.deadlocks for link in cycle.links)
        return bool(thread.frames), stuck, thread.holds_gil, thread.is_main

    def _thread(self, thread: Thread, names_tell: bool) -> Body:
        name = thread.name or ("MainThread" if thread.is_main else f"thread {thread.tid}")
        state = "; ".join(_states(thread))
        if names_tell and state:
            name = f"{name} ({state})"
        return {"id": thread.tid, "name": name, "remoraState": state}

    def _frame(self, id: int, frame: Frame) -> Body:
        body: Body = {"id": id, "name": frame.function or "?", "line": frame.line, "column": 0}
        if frame.file:
            body["source"] = self._files.source(frame.file)
        if frame.language == "native":
            body["presentationHint"] = "subtle"
        return body

    def _task(self, id: int, task: Task) -> Body:
        awaits = [self._location(frame) for frame in task.frames]
        body: Body = {
            "id": id,
            "name": task.name,
            "state": task.state,
            "coroutine": task.coroutine,
            "awaits": awaits,
        }
        if awaits:
            body["location"] = awaits[0]
        return body

    def _location(self, frame: Frame) -> Body:
        body: Body = {"name": frame.function, "line": frame.line}
        if frame.file:
            body["source"] = self._files.source(frame.file)
        return body


def _states(thread: Thread) -> Iterator[str]:
    if thread.holds_gil:
        yield "holds the GIL"
    if thread.collects_garbage:
        yield "collects garbage"
    if thread.wait is not None:
        yield thread.wait.text


def _scope(name: str, hint: str, reference: int) -> Body:
    return {"name": name, "presentationHint": hint, "variablesReference": reference, "expensive": False}


def _variable(variable: Variable) -> Body:
    return {
        "name": variable.name,
        "value": variable.value,
        "variablesReference": 0,
        "presentationHint": READ_ONLY,
    }
