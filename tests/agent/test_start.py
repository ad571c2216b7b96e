"""Programs that are started under the debugger see and do what they would under `python` itself.

Each is run by both, and all that it writes is compared.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from remora.inject.launch import Program
from tests.agent.test_launch import bare, folder, started
from tests.support.debuggee import DEBUGGEES
from tests.support.pythons import Python, each_python

__all__ = ["folder"]

pytestmark = each_python

SOURCE = (DEBUGGEES / "launched.py").read_text()

#: How the program is named on the command line, and what that is to us.
KINDS = {
    "file": ["launched.py"],
    "dotted file": ["./package/../launched.py"],
    "absolute file": ["/FOLDER/launched.py"],
    "link": ["package/link"],
    "compiled file": ["__pycache__/compiled.pyc"],
    "module": ["-m", "launched"],
    "package": ["-m", "package"],
    "module of a package": ["-m", "package.module"],
    "directory": ["package"],
    "directory with a slash": ["./package/"],
    "archive": ["archive.zip"],
    "code": ["-c", SOURCE],
}
ENDS = (
    "raise,chain,hook,hook fails,interrupt,signal,_exit,text,none,in a thread,thread at exit,unraisable,exec,"
    "warn,chdir,3,256"
).split(",")
OPTIONS = {
    "-I": ["-I"],
    "-S": ["-S"],
    "-B": ["-B"],
    "-OO": ["-OO"],
    "-E": ["-E"],
    "-s": ["-s"],
    "-u": ["-u"],
    "-P": ["-P"],
    "-W error": ["-W", "error"],
    "-X dev": ["-X", "dev"],
    "-X utf8": ["-X", "utf8"],
    "all of them": ["-ISBE", "-W", "error", "-X", "dev"],
}
VARIABLES = {
    "PYTHONWARNINGS": "error",
    "PYTHONSAFEPATH": "1",
    "PYTHONPATH": ":/nowhere",
    "PYTHONDEVMODE": "1",
    "PYTHONOPTIMIZE": "1",
}


@pytest.fixture
def world(python: Python, folder: Path) -> Path:
    (folder / "package" / "link").symlink_to("../launched.py")
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", SOURCE)
    compiling = "import py_compile; py_compile.compile('launched.py', '__pycache__/compiled.pyc')"
    assert bare(python, ["-c", compiling], folder)[0] == 0
    return folder


def check(
    python: Python,
    world: Path,
    words: list[str],
    end: str = "0",
    options: list[str] | None = None,
    **env: str,
) -> None:
    """Compare a run by us to one by `python`."""
    words = [word.replace("/FOLDER", python.path_inside(world)) for word in words]
    kind, value = {"-m": "module", "-c": "code"}.get(words[0], "file"), words[-1]
    with started(python, Program(kind, value, [end, "a b", "-x"]), world, tuple(options or ()), env) as it:
        it.begin()
        seen = it.end("some\ninput")
    expected = bare(python, [*(options or ()), *words, end, "a b", "-x"], world, "some\ninput", env)
    assert told(*seen) == told(*expected)


def told(status: int, output: str, errors: str) -> dict[str, object]:
    """What a program has seen and done, to be compared by parts."""
    first, _, rest = output.partition("\n")
    seen = json.loads(first) if first.startswith("{") else {"first": first}
    return {"status": status, "errors": re.sub("0x[0-9a-f]+", "0x", errors), "rest": rest, **seen}


@pytest.mark.parametrize("kind", KINDS)
def test_each_way_to_name_a_program(python: Python, world: Path, kind: str) -> None:
    check(python, world, KINDS[kind])


@pytest.mark.parametrize("end", ENDS)
def test_each_way_to_end(python: Python, world: Path, end: str) -> None:
    check(python, world, KINDS["file"], end)


@pytest.mark.parametrize("end", ["raise", "interrupt", "3"])
@pytest.mark.parametrize("kind", ["module", "directory", "code"])
def test_ends_of_what_is_no_file(python: Python, world: Path, kind: str, end: str) -> None:
    check(python, world, KINDS[kind], end)


@pytest.mark.parametrize("name", OPTIONS)
def test_options_of_the_interpreter(python: Python, world: Path, name: str) -> None:
    if name == "-P" and not python.at_least("3.11"):
        pytest.skip("3.11 was the first to have it")
    check(python, world, KINDS["file"], "raise", OPTIONS[name])


@pytest.mark.parametrize("kind", ["module", "directory", "code"])
def test_isolated(python: Python, world: Path, kind: str) -> None:
    check(python, world, KINDS[kind], "0", ["-I"])


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_for_the_interpreter(python: Python, world: Path, name: str) -> None:
    check(python, world, KINDS["file"], "0", None, **{name: VARIABLES[name]})


@pytest.mark.parametrize("text", ["if", "  print(1)\n  print(2)", "1 / 0", "def f():\n    1 / 0\nf()"])
def test_text_that_fails(python: Python, world: Path, text: str) -> None:
    (world / "fails.py").write_text(text)
    check(python, world, ["fails.py"])
    check(python, world, ["-c", text])


@pytest.mark.parametrize(
    "words", [["nowhere.py"], ["-m", "nowhere"], ["empty"], ["-m", "empty"]], ids=" ".join
)
def test_what_cannot_be_run(python: Python, world: Path, words: list[str]) -> None:
    (world / "empty").mkdir()
    check(python, world, words)


def test_modules_of_the_program_that_are_called_as_ours(python: Python, world: Path) -> None:
    names = ["json", "os", "select", "socket", "marshal", "time", "typing", "signal"]
    for name in names:
        (world / f"{name}.py").write_text(f"raise SystemExit('{name} is the program\\'s')")
    (world / "shadowed.py").write_text("import sys\nprint('shadowed')\n")
    check(python, world, ["shadowed.py"])
