"""The command line: what is understood, and that nothing of a program's own arguments is."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module

import pytest

from remora import __version__
from remora.cli import parser


def test_attach() -> None:
    options = parser.parse(["attach", "12", "--batch", "-e", "break a:1", "-e", "continue", "-x", "f"])
    assert (options.target, options.batch) == ("12", True)
    assert (options.commands, options.files) == (["break a:1", "continue"], ["f"])
    assert options.stop is True
    assert options.timeout is None


def test_lists_of_options_are_new_each_time() -> None:
    assert parser.parse(["attach", "1", "-e", "p 1"]).commands == ["p 1"]
    assert parser.parse(["attach", "1"]).commands == []


@pytest.mark.parametrize(
    ("words", "kind", "value", "args"),
    [
        (["a.py"], "file", "a.py", []),
        (["a.py", "-e", "--batch", "--", "-m"], "file", "a.py", ["-e", "--batch", "--", "-m"]),
        (["--", "a.py", "--version"], "file", "a.py", ["--version"]),
        (["-m", "pkg.mod", "-c", "--help"], "module", "pkg.mod", ["-c", "--help"]),
        (["-mpkg", "word", "--batch-like"], "module", "pkg", ["word", "--batch-like"]),
        (["-c", "print(1)", "-x", "-"], "code", "print(1)", ["-x", "-"]),
    ],
)
@pytest.mark.parametrize("before", [[], ["--no-stop"], ["-e", "next", "--python", "python3.8"]])
def test_run_passes_arguments_through(
    before: list[str], words: list[str], kind: str, value: str, args: list[str]
) -> None:
    options = parser.parse(["run", *before, *words])
    assert (options.kind, options.value, options.args) == (kind, value, args)
    assert options.batch is False
    assert options.stop is ("--no-stop" not in before)
    assert options.commands == (["next"] if "next" in before else [])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["attach", "1", "--bat"], "unrecognized arguments: --bat"),
        (["attach", "1", "--timeout", "-1"], "--timeout"),
        (["attach", "1", "--timeout", "soon"], "invalid seconds value: 'soon'"),
        (["run"], "a program is missing"),
        (["run", "-m"], "a program is missing"),
        (["run", "--batch", "--"], "a program is missing"),
        (["doctor", "me"], "invalid int value: 'me'"),
    ],
)
def test_misuse_is_told(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parser.parse(argv)
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_timeout_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_TIMEOUT", "2.5")
    assert parser.parse(["attach", "1"]).timeout == 2.5
    assert parser.parse(["attach", "1", "--timeout", "3"]).timeout == 3


@pytest.mark.parametrize("command", parser.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_its_function(command: parser.Command) -> None:
    module, _, function = command.run.partition(":")
    assert callable(getattr(import_module(module), function))
    assert parser.load(argparse.Namespace(run=command.run)) is getattr(import_module(module), function)


def test_the_parser_imports_nothing_heavy() -> None:
    code = "import sys; from remora.cli import main; main(['--version']); print(*sys.modules)"
    out = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert out[:2] == ["remora", __version__]
    heavy = {"asyncio", "prompt_toolkit", "pygments", "shtab", "socket", "subprocess", "json", "threading"}
    assert heavy & set(out) <= loaded_anyway()


def loaded_anyway() -> set[str]:
    """What the interpreter has loaded before it runs anything: editable installs have files that import."""
    return set(
        subprocess.check_output([sys.executable, "-c", "import sys; print(*sys.modules)"], text=True).split()
    )


@pytest.mark.parametrize(
    ("words", "target", "kind", "value", "args", "as_json"),
    [
        ("7 -c x a -b", "7", "code", "x", ["a", "-b"], False),
        ("7 -cx a", "7", "code", "x", ["a"], False),
        ("--json 7 -c x --json", "7", "code", "x", ["--json"], True),
        ("7 --json --thread main s.py --json", "7", "file", "s.py", ["--json"], True),
        ("7 s.py -c x", "7", "file", "s.py", ["-c", "x"], False),
        ("7 -c x a -- -b --", "7", "code", "x", ["a", "--", "-b", "--"], False),
        ("7 --json -m x a -m b", "7", "module", "x", ["a", "-m", "b"], True),
        ("7 -- s.py", "7", "file", "s.py", [], False),
        ("7 - a", "7", "file", "-", ["a"], False),
        ("7 -r memory --top 3", "7", "recipe", "", ["memory", "--top", "3"], False),
        ("--json 7 -r", "7", "recipe", "", [], True),
        ("-r memory --help", None, "recipe", "", ["memory", "--help"], False),
        ("--connect box -c x", None, "code", "x", [], False),
    ],
)
def test_exec(words: str, target: str | None, kind: str, value: str, args: list[str], as_json: bool) -> None:
    options = parser.parse(["exec", *words.split()])
    found = (options.target, options.kind, options.value, options.args, options.json)
    assert found == (target, kind, value, args, as_json)


def test_options_of_exec_hold_before_and_behind_the_target() -> None:
    for words in (
        "--loop --time-limit 3 7 -c x",
        "7 --loop --time-limit 3 -c x",
        "--loop 7 --time-limit 3 -c x",
    ):
        options = parser.parse(["exec", *words.split()])
        assert (options.loop, options.time_limit, options.thread, options.target) == (True, 3.0, None, "7")
