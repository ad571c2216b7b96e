"""What a picture of a program can tell: a response for each request that it can answer.

Decides which requests those are; all others are refused in one sentence.  Pure,
but for the text of files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.dap import errors

from .bodies import READ_ONLY, PictureBodies
from .files import PictureFiles

if TYPE_CHECKING:
    from remora.observe.picture import Picture

Body = dict[str, Any]

_NO_TASKS = "the tasks of this program cannot be seen from outside; Python 3.14 and later may allow it."


class PictureAnswers:
    """Of the latest picture, to one client."""

    def __init__(self, picture: Picture) -> None:
        self._files = PictureFiles()
        self._files.look_at(picture)
        self._bodies = PictureBodies(picture, self._files)
        #: Whether the client shows the state of a thread beside its name.
        self.shows_states = False
        #: Whether it wants arguments apart from other variables.
        self.wants_arguments = False

    def show(self, picture: Picture) -> None:
        """Answer from a newer picture; ids of before are void."""
        self._files.look_at(picture)
        self._bodies = PictureBodies(picture, self._files, first_id=self._bodies.end_id)

    @property
    def picture(self) -> Picture:
        return self._bodies.picture

    @property
    def thread_id(self) -> int:
        """The thread to look at first."""
        return self._bodies.most_telling()

    def answer(self, command: str, arguments: Body) -> Body:
        """The body of the response.  Raises `RequestError`."""
        handler = _HANDLERS.get(command)
        if handler is None:
            raise errors.only_a_picture(command)
        return handler(self, arguments)

    def _threads(self, arguments: Body) -> Body:
        return {"threads": self._bodies.threads(names_tell=not self.shows_states)}

    def _stack_trace(self, arguments: Body) -> Body:
        start, levels = arguments.get("startFrame") or 0, arguments.get("levels") or 0
        return self._bodies.stack(arguments["threadId"], start, levels)

    def _scopes(self, arguments: Body) -> Body:
        return {"scopes": self._bodies.scopes(arguments["frameId"], with_arguments=self.wants_arguments)}

    def _variables(self, arguments: Body) -> Body:
        reference = arguments["variablesReference"]
        found = self._bodies.variables(reference, with_arguments=self.wants_arguments)
        return {"variables": _page(found, arguments.get("start"), arguments.get("count"))}

    def _evaluate(self, arguments: Body) -> Body:
        """The value of a variable's name; there is nobody to evaluate more."""
        name = arguments["expression"].strip()
        found = self._bodies.variable(arguments.get("frameId"), name)
        if found is None:
            raise errors.only_local_names(name)
        return {"result": found.value, "variablesReference": 0, "presentationHint": READ_ONLY}

    def _source(self, arguments: Body) -> Body:
        path = (arguments.get("source") or {}).get("path") or ""
        return {"content": self._files.text(path), "mimeType": "text/x-python"}

    def _loaded_sources(self, arguments: Body) -> Body:
        return {"sources": self._bodies.sources()}

    def _resolve_source(self, arguments: Body) -> Body:
        return {"path": self._files.resolve(arguments["path"]), "loaded": True}

    def _tasks(self, arguments: Body) -> Body:
        found = self._bodies.tasks()
        if found is None:
            raise errors.not_supported("remora/tasks", _NO_TASKS)
        return {"tasks": _page(found, arguments.get("start"), arguments.get("count")), "total": len(found)}

    def _cancel(self, arguments: Body) -> Body:
        """Nothing takes so long that it could be cancelled."""
        return {}

    def _set_breakpoints(self, arguments: Body) -> Body:
        """They are for a session that gets in, to which `restart` may lead."""
        refused = {"verified": False, "message": "nothing stops in a picture from outside"}
        wanted = arguments.get("breakpoints") or arguments.get("filters") or ()
        return {"breakpoints": [refused for _ in wanted]}


_HANDLERS: dict[str, Callable[[PictureAnswers, Body], Body]] = {
    "cancel": PictureAnswers._cancel,
    "threads": PictureAnswers._threads,
    "stackTrace": PictureAnswers._stack_trace,
    "scopes": PictureAnswers._scopes,
    "variables": PictureAnswers._variables,
    "evaluate": PictureAnswers._evaluate,
    "source": PictureAnswers._source,
    "loadedSources": PictureAnswers._loaded_sources,
    "remora/resolveSource": PictureAnswers._resolve_source,
    "remora/tasks": PictureAnswers._tasks,
    "setBreakpoints": PictureAnswers._set_breakpoints,
    "setFunctionBreakpoints": PictureAnswers._set_breakpoints,
    "setExceptionBreakpoints": PictureAnswers._set_breakpoints,
}


def _page(entries: list[Body], start: int | None, count: int | None) -> list[Body]:
    first = start or 0
    return entries[first : first + (count or len(entries))]
