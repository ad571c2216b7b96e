"""Errors of what was typed, as they are told.

Decides how a traceback is written: as Python does, with the source of what was
typed earlier, and without the agent's frames.  Runs on the thread that has
evaluated, since texts of exceptions are code of the program.
"""

from __future__ import annotations

import sys

from ...dap import errors
from ..inspection.frames import is_agent_code
from ..inspection.presentation import describe_error, printable
from ..isolate import library, privately

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

#: Characters of a traceback; of a longer one beginning and end are told.
LONGEST = 100_000
#: Exceptions in exceptions that are looked through.
_DEEPEST = 50
_OWN_FILES = "<remora>/"


def failure(error: BaseException, sources: Mapping[str, str]) -> errors.RequestError:
    """The answer to a request whose text raised `error`; `sources` are texts by their names."""
    status = None
    if isinstance(error, SystemExit):
        status = _exit_status(error)
    return errors.failed_at_prompt(describe_error(error), traceback_text(error, sources), status)


def traceback_text(error: BaseException, sources: Mapping[str, str]) -> str:
    """As Python prints it; one line, if the program has other things in the place of what that takes."""
    trace = error.__traceback__
    while trace is not None and is_agent_code(trace.tb_frame.f_code):
        trace = trace.tb_next
    traceback = _traceback()
    with_sources = [name for name in sources if name not in traceback.linecache.cache]
    for name in with_sources:
        enter_source(traceback.linecache, name, sources[name])

    def written() -> str:
        told = traceback.TracebackException(type(error), error, trace)
        _leave_out_agent(told, 0)
        return "".join(told.format())

    try:
        text = printable(privately(written))
    except Exception:
        text = describe_error(error) + "\n"
    finally:
        for name in with_sources:
            traceback.linecache.cache.pop(name, None)
    if len(text) > LONGEST:
        text = "%s\n[...]\n%s" % (text[: LONGEST // 2], text[-LONGEST // 2 :])
    return text


def enter_source(linecache: Any, name: str, text: str) -> None:
    """Have `linecache` know the text of a file that is none."""
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)


def _traceback() -> Any:
    traceback = library("traceback")
    package = getattr(traceback, "collections", None)
    if package is not None and not hasattr(package, "abc"):
        # It is a private one, and the package is the program's, which has not imported the module in it.
        whole = traceback.collections = type(sys)("collections")
        whole.__dict__.update(package.__dict__, abc=library("_collections_abc"))
    return traceback


def _leave_out_agent(told: Any, depth: int) -> None:
    if told is None or depth > _DEEPEST:
        return
    told.stack[:] = [frame for frame in told.stack if not frame.filename.startswith(_OWN_FILES)]
    for inner in (told.__cause__, told.__context__, *(getattr(told, "exceptions", None) or ())):
        _leave_out_agent(inner, depth + 1)


def _exit_status(error: SystemExit) -> int:
    """As the interpreter has it: what is no number is written, and the status is 1."""
    code = error.code
    if code is None or isinstance(code, int):
        return int(code or 0)
    print(code, file=sys.stderr)
    return 1
