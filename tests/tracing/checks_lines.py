"""Checks: which events are reported, of which code, and with what.  See `checks.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from remora.agent.tracing.base import (
    LINE,
    NOTHING,
    PY_RESUME,
    PY_RETURN,
    PY_START,
    PY_UNWIND,
    PY_YIELD,
    RAISE,
)
from tests.tracing.recorder import Recorder

ALL_OF_CODE = LINE | PY_START | PY_RESUME | PY_RETURN | PY_YIELD | PY_UNWIND


def _three(n: int) -> int:
    n += 1
    n += 2
    return n


def _counted(n: int) -> Iterator[int]:
    yield n
    yield n + 1


def _fails(n: int) -> int:
    try:
        return 1 // n
    finally:
        n += 1


def _wrapper(n: int) -> int:
    return _fails(n)


def _one_line_loop(n: int) -> None:
    while n: n -= 1  # fmt: skip  # noqa: E701


def _loop(n: int) -> int:
    total = 0
    for i in range(n):
        total += i
    return total


def _patient() -> Iterator[int]:
    while True:
        try:
            yield 1
        except KeyError:
            yield 2


def only_wanted_lines_report() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_three.__code__, LINE, frozenset({_line_of(_three, 2)}))
        _three(1)
        _three(1)
        _loop(2)
    assert recorder.of("line") == [("_three", 2)] * 2


def all_lines_report_without_a_limit() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_three.__code__, LINE)
        _three(1)
    assert recorder.of("line") == [("_three", 1), ("_three", 2), ("_three", 3)]


def lines_that_were_switched_off_come_back() -> None:
    lines = [_line_of(_three, n) for n in (1, 2, 3)]
    with Recorder() as recorder:
        for wanted in ({lines[0]}, {lines[0], lines[2]}, {lines[1]}, {lines[2]}):
            recorder.tracer.set_local_events(_three.__code__, LINE, frozenset(wanted))
            _three(1)
            recorder.events.append(("line", "-", 0))
            _three(1)
    told = [line for _, line in recorder.of("line")]
    assert told == [1, 0, 1, 1, 3, 0, 1, 3, 2, 0, 2, 3, 0, 3], told


def lines_come_back_while_everything_is_interrupted() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_three.__code__, LINE, frozenset({_line_of(_three, 1)}))
        _three(1)
        recorder.tracer.interrupt(True)
        recorder.tracer.set_local_events(_three.__code__, LINE, frozenset({_line_of(_three, 3)}))
        recorder.tracer.interrupt(False)
        recorder.events.clear()
        _three(1)
    assert recorder.of("line") == [("_three", 3)]


def nothing_wanted_any_more_reports_nothing() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_three.__code__, ALL_OF_CODE)
        recorder.tracer.set_local_events(_three.__code__, NOTHING)
        _three(1)
    assert recorder.events == []


def code_that_runs_can_be_watched() -> None:
    with Recorder() as recorder:
        _watch_caller(recorder)
        after = 1
        assert after
    assert recorder.of("line")[-2:] == [
        ("code_that_runs_can_be_watched", 3),
        ("code_that_runs_can_be_watched", 4),
    ] or recorder.of("line")[:2] == [
        ("code_that_runs_can_be_watched", 3),
        ("code_that_runs_can_be_watched", 4),
    ]


def a_listener_may_ask_for_more() -> None:
    def more(frame: Any, line: int) -> None:
        recorder.tracer.set_local_events(_three.__code__, LINE | PY_RETURN)

    with Recorder() as recorder:
        recorder.on["line"] = more
        recorder.tracer.set_local_events(_three.__code__, LINE, frozenset({_line_of(_three, 1)}))
        _three(1)
    assert recorder.of("line", "return") == [
        ("line", "_three", 1),
        ("line", "_three", 2),
        ("line", "_three", 3),
        ("return", "_three", 4),
    ]


def one_line_loops_report_each_round() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(
            _one_line_loop.__code__, LINE, frozenset({_line_of(_one_line_loop, 1)})
        )
        _one_line_loop(4)
    # 3.8 to 3.9 and some others test the condition before, others after; each round is told at least.
    assert recorder.of("line") in ([("_one_line_loop", 1)] * 4, [("_one_line_loop", 1)] * 5)


def loops_report_each_round() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_loop.__code__, LINE, frozenset({_line_of(_loop, 3)}))
        _loop(3)
    assert recorder.of("line") == [("_loop", 3)] * 3


def functions_start_and_return() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_three.__code__, PY_START | PY_RETURN)
        _three(1)
    assert recorder.of("start", "return") == [("start", "_three"), ("return", "_three", 4)]


def generators_start_yield_and_resume() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_counted.__code__, ALL_OF_CODE & ~LINE)
        list(_counted(1))
    assert recorder.events == [
        ("start", "_counted"),
        ("yield", "_counted", 1),
        ("start", "_counted"),
        ("yield", "_counted", 2),
        ("start", "_counted"),
        ("return", "_counted", None),
    ]


def beginning_and_going_on_are_told_apart() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_counted.__code__, PY_START)
        list(_counted(1))
        assert recorder.of("start") == ["_counted"]
        recorder.tracer.set_local_events(_counted.__code__, PY_RESUME)
        list(_counted(1))
    assert recorder.of("start") == ["_counted"] * 3


def a_yield_in_a_handler_is_no_unwinding() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_patient.__code__, PY_YIELD | PY_UNWIND)
        generator: Any = _patient()
        next(generator)
        generator.throw(KeyError())
        try:
            generator.throw(ValueError("last"))
        except ValueError:
            recorder.events.append(("caught", ""))
    assert recorder.events == [
        ("yield", "_patient", 1),
        ("yield", "_patient", 2),
        ("unwind", "_patient", "ValueError('last')"),
        ("caught", ""),
    ]


def unwinding_tells_the_exception() -> None:
    with Recorder() as recorder:
        for function in (_fails, _wrapper):
            recorder.tracer.set_local_events(function.__code__, PY_UNWIND | PY_RETURN)
        try:
            _wrapper(0)
        except ZeroDivisionError as error:
            told = repr(error)
        _wrapper(1)
    assert recorder.of("unwind") == [("_fails", told), ("_wrapper", told)]
    assert recorder.of("return") == [("_fails", 1), ("_wrapper", 1)]


def exceptions_are_told_in_each_frame_they_pass() -> None:
    def depth(frame: Any, told: str) -> None:
        traceback = sys.exc_info()[2]
        assert traceback is None or traceback.tb_frame is not None

    with Recorder() as recorder:
        recorder.on["raised"] = depth
        recorder.tracer.set_events(RAISE)
        try:
            _wrapper(0)
        except ZeroDivisionError as error:
            told = repr(error)
        recorder.tracer.set_events(NOTHING)
    mine = [event for event in recorder.of("raised") if event[0] in ("_fails", "_wrapper")]
    assert mine == [("_fails", told), ("_wrapper", told)], recorder.events


def the_end_of_an_iteration_is_no_exception() -> None:
    def delegates() -> Iterator[int]:
        yield from _counted(1)

    with Recorder() as recorder:
        recorder.tracer.set_events(RAISE)
        for _ in _counted(1):
            pass
        list(delegates())
        for _ in delegates():
            pass
        recorder.tracer.set_events(NOTHING)
    assert recorder.of("raised") == []


def code_is_found_once() -> None:
    with Recorder() as recorder:
        recorder.tracer.find_code(True)
        _three(1)
        _three(1)
        recorder.tracer.find_code(True)
        _three(1)
        _loop(1)
        recorder.tracer.find_code(False)
        _three(1)
    assert [name for name in recorder.of("found") if name in ("_three", "_loop")] == [
        "_three",
        "_three",
        "_loop",
    ]


def code_is_found_once_while_all_starts_are_wanted() -> None:
    with Recorder() as recorder:
        recorder.tracer.find_code(True)
        recorder.tracer.set_events(PY_START | PY_RESUME)
        _three(1)
        _three(1)
        recorder.tracer.set_events(NOTHING)
    assert recorder.of("found").count("_three") == 1
    assert recorder.of("start").count("_three") == 2


def finding_code_can_watch_it_at_once() -> None:
    def watch(frame: Any) -> None:
        if frame.f_code is _three.__code__:
            recorder.tracer.set_local_events(frame.f_code, LINE, frozenset({_line_of(_three, 1)}))

    with Recorder() as recorder:
        recorder.on["found"] = watch
        recorder.tracer.find_code(True)
        _three(1)
        recorder.tracer.find_code(False)
        _three(1)
    assert recorder.of("line") == [("_three", 1)] * 2


def our_own_code_does_not_report() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def own(n):\n n += 1\n return n\n", "<remora>/agent/own.py", "exec"), namespace)
    with Recorder() as recorder:
        recorder.tracer.find_code(True)
        recorder.tracer.set_events(PY_START | PY_RESUME)
        recorder.tracer.interrupt(True)
        namespace["own"](1)
        recorder.tracer.interrupt(False)
        recorder.tracer.set_events(NOTHING)
    assert "own" not in [event[1] for event in recorder.events]


def a_thread_can_be_sent_to_another_line() -> None:
    def skip(frame: Any, line: int) -> None:
        frame.f_lineno += 1

    with Recorder() as recorder:
        recorder.on["line"] = skip
        recorder.tracer.set_local_events(_three.__code__, LINE, frozenset({_line_of(_three, 1)}))
        assert _three(1) == 3


def _watch_caller(recorder: Recorder) -> None:
    recorder.tracer.set_local_events(sys._getframe(1).f_code, LINE)


def _line_of(function: Any, offset: int) -> int:
    line: int = function.__code__.co_firstlineno + offset
    return line
