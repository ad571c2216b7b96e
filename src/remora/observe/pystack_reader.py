"""A process of its own that reads the stacks of another, by pystack, in which no code of that one is run.

    python -m remora.observe.pystack_reader

Reads questions from standard input, a line of JSON each, and answers each by
one line.  What is read may be torn or hostile: a crash or an endless loop here
costs this process alone, and `readers` sees to it.  Ends with the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from . import core_reader, namespaces, records
from .kernel import Moment, moments
from .looking import CannotLook
from .pausing import paused
from .reader import Record

#: How often a picture is taken in which every thread shall have stood still, and how often one at all.
_PASSES, _ATTEMPTS = 3, 6
#: Seconds, after which no further pass is begun.
_PATIENCE = 0.5

#: The numbers that processes have in the namespace that this one has gone to, by those that we are asked for.
_entered: dict[int, int] = {}


def main() -> None:
    """Answer questions until there are no more."""
    namespaces.end_with_parent()
    answers = sys.stdout.fileno()
    # What the library prints is for nobody, and must not come between the answers.
    channel = os.fdopen(os.dup(answers), "w", encoding="utf-8", errors="surrogatepass")
    os.dup2(2, answers)
    for line in sys.stdin:
        channel.write(json.dumps(_answer(json.loads(line))) + "\n")
        channel.flush()


def _answer(question: Record) -> Record:
    try:
        if question.get("core"):
            return _core(question)
        return _process(question)
    except Exception as error:  # whatever the library raises is an answer
        return {"error": str(error), "is_refusal": isinstance(error, CannotLook)}


def _process(question: Record) -> Record:
    if question["pid"] not in _entered and namespaces.is_another(question["pid"]):
        # Where that is not allowed, what can be had from here is better than nothing.
        with suppress(OSError):
            _entered[question["pid"]] = namespaces.enter(question["pid"])
    question = {**question, "pid": _entered.get(question["pid"], question["pid"])}
    if question["pause"] or question["native"]:
        return _process_at_rest(question)
    return _process_that_runs(question)


def _process_at_rest(question: Record) -> Record:
    pid = question["pid"]
    _warm_up(question)
    before = moments(pid)
    with paused(pid) as stopping:
        begun = time.monotonic()
        threads = _read(question, native=question["native"])
        reading = time.monotonic() - begun
    return _result(threads, before, settled=list(before), paused=stopping.seconds, reading=reading)


def _warm_up(question: Record) -> None:
    """Read once before the process is stopped: that shortens the stop by half or more.

    Our own stacks do, if those of the process, which runs on, have had the library crash.
    """
    pid = os.getpid() if question.get("cautious") else question["pid"]
    with suppress(Exception):  # what is wrong with the process is told by the reading itself
        _read({**question, "pid": pid}, native=False)


def _process_that_runs(question: Record) -> Record:
    """Each thread as of the first pass in which it stood still, else of the last."""
    stacks: dict[int, list[Record]] = {}
    at: dict[int, Moment] = {}
    settled: set[int] = set()
    until = time.monotonic() + _PATIENCE
    for _ in range(_PASSES):
        before = moments(question["pid"])
        threads = _tried(lambda: _read(question, native=False), attempts=_ATTEMPTS)
        after = moments(question["pid"])
        numbers = {each.inner_tid: tid for tid, each in after.items()}
        stacks = {**records.by_thread(threads, numbers), **{tid: stacks.get(tid, []) for tid in settled}}
        at = {tid: at[tid] if tid in settled else each for tid, each in after.items()}
        settled = {tid for tid, each in after.items() if tid in settled or each.has_rested(before.get(tid))}
        if len(settled) == len(at) or time.monotonic() > until:
            break
    return _result([each for tid in at for each in stacks.get(tid, ())], at, settled=sorted(settled))


def _result(threads: list[Record], at: dict[int, Moment], **more: Any) -> Record:
    return {
        "reader": _version(),
        "threads": threads,
        "kernel": [asdict(each) for each in at.values()],
        **more,
    }


def _tried(read: Callable[[], list[Record]], attempts: int) -> list[Record]:
    """What is read, which may fail when the process goes on meanwhile."""
    for _ in range(attempts - 1):
        try:
            return read()
        except Exception:  # torn: the next attempt may meet it in one piece, and the last one tells
            continue
    return read()


def _read(question: Record, *, native: bool) -> list[Record]:
    from pystack.engine import NativeReportingMode, get_process_threads

    threads = get_process_threads(
        question["pid"],
        stop_process=False,
        native_mode=NativeReportingMode.ALL if native else NativeReportingMode.OFF,
        locals=question["locals"],
    )
    return [_thread(each, question) for each in threads]


def _core(question: Record) -> Record:
    return {"reader": _version(), **core_reader.read(question, lambda thread: _thread(thread, question))}


def _version() -> str:
    from pystack import __version__

    return f"pystack {__version__}"


def _thread(thread: Any, question: Record) -> Record:
    """Frames innermost first; native ones, if any, apart: `native` knows how they go together."""
    return {
        "tid": thread.tid,
        "name": thread.name or "",
        "holds_gil": thread.holds_the_gil > 0,
        "collects": bool(thread.gc_status),
        "version": thread.python_version,
        "interpreter": thread.interpreter_id,
        "frames": list(_frames(thread, question))[::-1],
        "native": list(_native_frames(thread))[::-1],
    }


def _frames(thread: Any, question: Record) -> Iterator[Record]:
    for frame in thread.all_frames:
        yield {
            "function": frame.code.scope,
            "file": frame.code.filename,
            "line": frame.code.location.lineno,
            "is_entry": frame.is_entry,
            "is_shim": frame.is_shim,
            # They come last first.
            "arguments": dict(reversed(frame.arguments.items())),
            "locals": dict(reversed(frame.locals.items())) if question["locals"] else None,
        }


def _native_frames(thread: Any) -> Iterator[Record]:
    from pystack.types import frame_type

    for frame in thread.native_frames:
        yield {
            "function": frame.symbol,
            "file": frame.path,
            "line": frame.linenumber,
            "library": frame.library,
            "kind": frame_type(frame, thread.python_version).name,
        }


if __name__ == "__main__":
    main()
