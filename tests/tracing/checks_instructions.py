"""Checks: INSTRUCTION events.  See `checks.py`."""

from __future__ import annotations

import dis
from typing import Any

from remora.agent.tracing.base import INSTRUCTION, LINE, NOTHING
from tests.tracing.recorder import Recorder


def _sum(n: int) -> int:
    n += 1
    return n * 2


def _caller(recorder: Recorder, events: int) -> int:
    recorder.tracer.set_local_events(_caller.__code__, events)
    return len(str(events))


def _offsets(code: Any) -> list[int]:
    """Where instructions begin that a line belongs to, after those that make the function ready."""
    hidden = ("RESUME", "CACHE", "NOP", "COPY_FREE_VARS", "MAKE_CELL")
    return [each.offset for each in dis.get_instructions(code) if each.opname not in hidden]


def each_instruction_is_told_once_it_is_about_to_run() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_sum.__code__, INSTRUCTION)
        _sum(1)
    told = [offset for _, offset in recorder.of("instruction")]
    assert told[-len(_offsets(_sum.__code__)) :] == _offsets(_sum.__code__), told


def a_line_is_told_before_its_instructions() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_sum.__code__, INSTRUCTION | LINE)
        _sum(1)
    told = recorder.of("instruction", "line")
    first = next(index for index, event in enumerate(told) if event[0] == "line")
    assert [event[0] for event in told[first : first + 3]] == ["line", "instruction", "instruction"]
    assert [event[2] for event in told if event[0] == "line"] == [1, 2]


def instructions_of_a_running_frame_are_told() -> None:
    with Recorder() as recorder:
        _caller(recorder, INSTRUCTION)
    assert recorder.of("instruction")
    assert {name for name, _ in recorder.of("instruction")} == {"_caller"}


def a_listener_may_ask_for_instructions() -> None:
    def more(frame: Any, line: int) -> None:
        recorder.tracer.set_local_events(_sum.__code__, INSTRUCTION)

    with Recorder() as recorder:
        recorder.on["line"] = more
        recorder.tracer.set_local_events(_sum.__code__, LINE)
        _sum(1)
    assert [line for _, line in recorder.of("line")] == [1]
    assert len(recorder.of("instruction")) >= 4


def instructions_that_nobody_wants_any_more_are_not_told() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_sum.__code__, INSTRUCTION)
        recorder.tracer.set_local_events(_sum.__code__, NOTHING)
        _sum(1)
    assert recorder.events == []


def a_listener_may_end_instructions_and_go_on_with_lines() -> None:
    def lines(frame: Any, offset: int) -> None:
        recorder.tracer.set_local_events(_sum.__code__, LINE)

    with Recorder() as recorder:
        recorder.on["instruction"] = lines
        recorder.tracer.set_local_events(_sum.__code__, INSTRUCTION)
        _sum(1)
        recorder.on.clear()
    assert len(recorder.of("instruction")) == 1
    assert recorder.of("line")[-1] == ("_sum", 2)
