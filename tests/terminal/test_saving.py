"""Breakpoints of one session in the next, profiles, and what observers may not."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.terminal.breakpoints import Breakpoint
from remora.terminal.exception_stops import ExceptionStops
from remora.terminal.locspec import Line, parse_location, split_condition
from remora.terminal.program import breakpoints_file
from remora.terminal.saving import as_commands
from remora.terminal.words import split_commands
from tests.terminal.stage import PATH, Stage, batch

names = st.text(st.characters(exclude_characters='"\n', exclude_categories=["C"]), min_size=1)
paths = names.map("/a/{}".format)


@given(paths, st.integers(1, 9999), st.sampled_from([None, "n > 3", "x in (1, 2)"]))
def test_breakpoints_are_read_back_as_they_were(path: str, line: int, condition: str | None) -> None:
    breakpoint = Breakpoint(source={"path": path}, line=line, condition=condition)
    (command,) = as_commands([breakpoint], ExceptionStops())
    place, found = split_condition(command.removeprefix("break "))
    assert (parse_location(place), found) == (Line(line, path), condition)


HOSTILE = [
    "/srv/a\nmacro m lambda: 1",
    "/srv/a\u2028macro m",
    "/srv/a\rkill!",
    '/srv/a":3 ;; kill! ;; "',
]


@pytest.mark.parametrize("path", HOSTILE)
def test_names_that_a_program_made_up_are_not_saved_as_commands(path: str) -> None:
    breakpoints = [
        Breakpoint(source={"path": path}, line=3),
        Breakpoint(function=path),
        Breakpoint(function="f"),
    ]
    assert list(as_commands(breakpoints, ExceptionStops())) == ["break f"]


def test_a_path_may_have_the_separator_of_commands_in_it() -> None:
    (command,) = as_commands([Breakpoint(source={"path": "/a ;; kill!"}, line=3)], ExceptionStops())
    assert split_commands(command) == ['break "/a ;; kill!":3']


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "remora" / "breakpoints"


def main_file(stage: Stage) -> None:
    """The program tells what it runs, whatever expression asks for that."""
    stage.adapter.replies["evaluate"] = {"result": repr(PATH)}
    stage.adapter.replies["setExceptionBreakpoints"] = {}


SET = ["b 5 if i > 1", "logpoint 6 at {i}", "tb handle", "disable .", "b 7", "ignore . 2", "catch ValueError"]


def test_breakpoints_are_saved_for_their_user_alone(state: Path) -> None:
    done = batch(*SET, "save", arrange=main_file)
    path = Path(breakpoints_file(PATH))
    assert path.parent == state
    assert f"saved 4 breakpoints in {path}" in done.out
    assert path.read_text() == (
        f"# Breakpoints of {PATH}\nbreak {PATH}:5 if i > 1\nlogpoint {PATH}:6 at {{i}}\n"
        f"tbreak handle\ndisable .\nbreak {PATH}:7\nignore . 2\ncatch ValueError\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.usefixtures("state")
def test_breakpoints_are_set_again_and_once_only() -> None:
    batch(*SET, "save", arrange=main_file)
    done = batch("load", "load", "bl", arrange=main_file)
    lines = done.stage.sent("setBreakpoints")[-1]["breakpoints"]
    assert lines == [
        {"line": 5, "condition": "i > 1"},
        {"line": 6, "logMessage": "at {i}"},
        {"line": 7, "hitCondition": ">2"},
    ]
    assert done.stage.sent("setFunctionBreakpoints")[-1] == {"breakpoints": []}
    assert done.stage.sent("setExceptionBreakpoints")[-1]["filterOptions"][0]["condition"] == "ValueError"
    assert done.out.count(" at ") == 5


def test_saved_under_names_and_paths(state: Path, tmp_path: Path) -> None:
    batch("b 5", "save mine", f"save {tmp_path}/file", arrange=main_file)
    assert (state / "mine").read_text() == (tmp_path / "file").read_text()
    assert "breakpoint 1 at" in batch(f"load {tmp_path}/file").out


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("save", "there are no breakpoints to save"),
        ("load nothing", "nothing is saved there: "),
        ("load", "this program does not tell what it is; give a name"),
        ("python", "there is nobody to type; say '!STATEMENT' instead"),
        ("edit", "an editor needs a terminal"),
        ("cd", "say where to: cd DIRECTORY"),
    ],
)
def test_refusals(command: str, said: str) -> None:
    arrange = main_file if command == "save" else None
    assert said in batch(command, arrange=arrange).err


def test_a_breakpoint_that_cannot_be_set_again_is_told_and_the_rest_is_set(tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("break 1x\ndisable .\nbreak 5\n")
    done = batch(f"load {tmp_path}/saved")
    assert "break 1x: '1x' is not a location" in done.out
    assert done.stage.sent("setBreakpoints")[-1]["breakpoints"] == [{"line": 5}]


@pytest.mark.parametrize(
    "command",
    ["source x", "save", "load", "edit", "macro m lambda: 'x'", "set substitute / /etc", "set patsub a b"],
)
def test_observers_do_nothing_on_this_side(command: str) -> None:
    assert "is not for observers: it works on this side" in batch(command, observe=True).err


def test_an_observer_has_no_file_of_commands_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret\n")
    done = batch("info threads", files=[f"{tmp_path}/secret"], observe=True)
    assert (done.status, "a secret" in done.err) == (1, False)


def test_where_the_program_is() -> None:
    done = batch("pwd", "cd /srv", arrange=main_file)
    assert done.out.endswith(f"\n{PATH}\n{PATH}\n")
    assert "chdir" in done.stage.sent("evaluate")[1]["expression"]
