"""`catch`, `trap` and `analyze` against a played program."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage, batch, frame

CHAIN = {
    "origin": "handled",
    "exceptions": [
        {
            "exceptionId": "shop.Refused",
            "description": "no tea",
            "relation": "itself",
            "stackFrames": [frame(21, "serve", 3), frame(22, "<module>", 10)],
        },
        {
            "exceptionId": "KeyError",
            "description": "'tea'",
            "relation": "cause",
            "stackFrames": [frame(31, "look_up", 5)],
        },
    ],
}


def raised(stage: Stage) -> None:
    stage.adapter.replies["remora/exceptionStack"] = CHAIN


@pytest.mark.parametrize(
    ("commands", "filters"),
    [
        (["trap on"], ["uncaught"]),
        (["trap on", "trap off"], []),
        (["trap on", "catch"], ["raised", "uncaught"]),
        (["trap on", "catch uncaught"], ["uncaught"]),
        (["trap on", "catch raised", "trap off"], ["raised"]),
        (["trap on", "catch off"], []),
    ],
)
def test_trap_and_catch_are_told_together(commands: list[str], filters: list[str]) -> None:
    assert batch(*commands).stage.sent("setExceptionBreakpoints")[-1] == {"filters": filters}


def test_trap_says_how_it_stands() -> None:
    assert batch("trap", "trap on").out.splitlines()[-2:] == ["trap is off", "trap is on"]


def test_trap_is_on_in_a_program_that_was_started() -> None:
    done = batch("trap", "catch", kind="launch")
    assert "trap is on" in done.out
    assert done.stage.sent("setExceptionBreakpoints") == [{"filters": ["raised", "uncaught"]}]


def test_trap_takes_on_or_off() -> None:
    assert batch("trap maybe").err == "remora: trap maybe: say 'trap on' or 'trap off'\n"


def test_analyze_walks_the_frames_of_the_exception() -> None:
    done = batch("analyze", "up", "backtrace", "p total", arrange=raised)
    assert (
        "-> 0 shop.Refused: no tea\n   1 KeyError: 'tea' (its cause)\n(app.py:3 MainThread): serve"
        in done.out
    )
    assert "(app.py:10 MainThread): <module>" in done.out
    assert "   #0   serve at app.py:3\n-> #1   <module> at app.py:10" in done.out
    assert done.stage.sent("evaluate")[0]["frameId"] == 22
    assert len(done.stage.sent("stackTrace")) == 1


def test_analyze_chooses_one_of_the_chain() -> None:
    done = batch("analyze 1", arrange=raised)
    assert (
        "   0 shop.Refused: no tea\n-> 1 KeyError: 'tea' (its cause)\n(app.py:5 MainThread): look_up"
        in done.out
    )
    assert (
        batch("analyze 2", arrange=raised).err
        == "remora: analyze 2: there is no exception 2: the first one was 1\n"
    )


@pytest.mark.parametrize("back", ["analyze", "analyze off"])
def test_analyze_again_goes_back(back: str) -> None:
    done = batch("analyze", "up", back, arrange=raised)
    assert done.out.splitlines()[-6] == "(app.py:6 MainThread): handle"


def test_no_step_is_made_from_there() -> None:
    done = batch("analyze", "next", arrange=raised)
    assert (
        done.err == "remora: next: these are the frames of an exception; 'analyze' goes back to the program\n"
    )
    assert done.stage.sent("next") == []


def test_the_program_goes_on_from_there() -> None:
    def arrange(stage: Stage) -> None:
        raised(stage)
        stage.will_stop("breakpoint", [frame(3, "handle", 5)])

    done = batch("analyze", "continue", "backtrace", arrange=arrange)
    assert "-> #0   handle at app.py:5" in done.out
