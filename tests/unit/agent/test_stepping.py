"""The decisions of a step, fed with frames that are tokens."""

from __future__ import annotations

from typing import Any

import pytest

from remora.agent import stepping
from remora.agent.tracing.base import LINE, NOTHING, PY_RESUME, PY_RETURN, PY_START, PY_UNWIND, PY_YIELD

GENERATOR = 0x20


class Code:
    def __init__(self, name: str, filename: str, flags: int) -> None:
        self.co_name = name
        self.co_filename = filename
        self.co_flags = flags


class Frame:
    """What a plan may know of a frame."""

    def __init__(
        self,
        name: str,
        back: Frame | None = None,
        *,
        line: int = 1,
        filename: str = "/program.py",
        flags: int = 0,
        module: str = "__main__",
    ) -> None:
        self.f_code = Code(name, filename, flags)
        self.f_back = back
        self.f_lineno = line
        self.f_lasti = 0
        self.f_globals = {"__name__": module}


@pytest.fixture
def main() -> Any:
    return Frame("main", line=5)


@pytest.fixture
def function(main: Any) -> Any:
    return Frame("function", main, line=20)


def plan(kind: str, frame: Any, **details: Any) -> stepping.Plan:
    return stepping.Plan(kind, frame, **details)


def codes(step: stepping.Plan) -> list[str]:
    return [code.co_name for code, _ in step.wants()[1]]


def test_next_stops_in_its_frame_only(main: Any, function: Any) -> None:
    step = plan(stepping.NEXT, main)
    assert not step.line(function, 21)
    again: Any = Frame("main", main)
    assert not step.line(again, 6)
    assert step.line(main, 6)


def test_next_watches_its_frame_only(main: Any) -> None:
    assert plan(stepping.NEXT, main).wants() == (NOTHING, [(main.f_code, LINE | PY_RETURN | PY_UNWIND)])


@pytest.mark.parametrize("leaves", [True, False])
def test_a_one_line_loop_is_left_or_not_as_pdb_does(
    main: Any, leaves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "STEPS_LEAVE_THEIR_LINE", leaves)
    assert plan(stepping.NEXT, main).line(main, 5) is not leaves


def test_next_goes_on_in_the_caller_of_a_function_that_returns(main: Any, function: Any) -> None:
    step = plan(stepping.NEXT, function)
    assert not step.py_return(function, 42)
    assert step.moved()
    assert codes(step) == ["main"]
    assert not step.moved()
    assert step.returned == (42,)
    assert step.line(main, 6)


def test_next_goes_on_in_the_caller_of_a_function_that_is_unwound(main: Any, function: Any) -> None:
    step = plan(stepping.NEXT, function)
    step.unwind(function)
    assert codes(step) == ["main"]
    assert step.line(main, 8)


def test_next_stays_with_a_generator_that_yields(main: Any) -> None:
    generator: Any = Frame("generator", main, flags=GENERATOR)
    step = plan(stepping.NEXT, generator)
    step.py_yield(generator)
    assert codes(step) == ["generator"]
    assert step.line(generator, 2)


def test_what_other_frames_do_is_not_the_steps(main: Any, function: Any) -> None:
    step = plan(stepping.NEXT, main)
    assert not step.py_return(function, 1)
    step.unwind(function)
    step.start(function)
    assert not step.moved()
    assert codes(step) == ["main"]


def test_a_step_ends_with_its_thread(main: Any) -> None:
    step = plan(stepping.NEXT, main)
    assert not step.py_return(main, None)
    assert step.ended


def test_hidden_callers_are_passed(main: Any) -> None:
    hidden = Frame("run", main, filename="<remora>/agent/launch.py")
    function: Any = Frame("function", Frame("load", hidden, filename="<frozen importlib._bootstrap>"))
    step = plan(stepping.NEXT, function)
    step.py_return(function, None)
    assert codes(step) == ["main"]


def test_step_in_watches_what_is_entered(main: Any, function: Any) -> None:
    step = plan(stepping.STEP_IN, main)
    assert step.wants()[0] == PY_START | PY_RESUME
    step.start(function)
    assert step.moved()
    everywhere, local = step.wants()
    assert everywhere == PY_START | PY_RESUME
    events = LINE | PY_RETURN | PY_UNWIND | PY_YIELD
    assert local == [(function.f_code, events), (main.f_code, events)]
    assert step.line(function, 20)


def test_step_in_enters_no_hidden_code(main: Any) -> None:
    hidden: Any = Frame("load", main, filename="<frozen importlib._bootstrap>")
    step = plan(stepping.STEP_IN, main)
    step.start(hidden)
    assert not step.moved()
    assert not step.line(hidden, 1)


def test_step_in_goes_where_a_generator_yields(main: Any) -> None:
    outer = Frame("outer", main, flags=GENERATOR)
    inner: Any = Frame("inner", outer, flags=GENERATOR)
    step = plan(stepping.STEP_IN, inner)
    step.py_yield(inner)
    assert codes(step) == ["outer", "main"]
    assert step.line(main, 6)


def test_step_in_with_a_target_enters_that_alone(main: Any, function: Any) -> None:
    class Call:
        def begins(self, frame: Any) -> bool:
            return bool(frame.f_code.co_name == "function")

    step = plan(stepping.STEP_IN, main, target=Call())
    other: Any = Frame("other", main)
    step.start(other)
    step.start(Frame("function", other))  # type: ignore[arg-type]
    assert not step.moved()
    assert not step.line(main, 5)
    step.start(function)
    assert step.line(function, 20)


def test_step_out_stops_at_the_return(main: Any, function: Any) -> None:
    step = plan(stepping.STEP_OUT, function)
    assert step.wants() == (NOTHING, [(function.f_code, PY_RETURN | PY_UNWIND)])
    assert not step.line(function, 21)
    assert not step.py_return(Frame("function", function), 1)  # type: ignore[arg-type]
    assert step.py_return(function, 42)


def test_step_out_of_a_function_that_is_unwound_stops_in_the_caller(main: Any, function: Any) -> None:
    step = plan(stepping.STEP_OUT, function)
    step.unwind(function)
    assert step.line(main, 9)


def test_step_out_of_the_outermost_frame_ends(main: Any) -> None:
    step = plan(stepping.STEP_OUT, main)
    assert not step.py_return(main, None)
    assert step.ended


def test_until_goes_beyond_its_line(main: Any, function: Any) -> None:
    step = plan(stepping.UNTIL, function, line=22)
    assert not step.line(function, 21)
    assert not step.line(function, 22)
    assert not step.line(main, 30)
    assert step.line(function, 23)


def test_until_stops_when_the_function_returns(main: Any, function: Any) -> None:
    step = plan(stepping.UNTIL, function, line=22)
    step.py_return(function, None)
    assert step.line(main, 3)


def test_entry_stops_at_the_first_line_of_anything(main: Any) -> None:
    step = stepping.Plan(stepping.ENTRY, None)
    assert step.wants() == (PY_START | PY_RESUME, [])
    step.start(main)
    assert codes(step) == ["main"]
    assert step.line(main, 1)
