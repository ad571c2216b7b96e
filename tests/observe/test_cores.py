"""Pictures of core files: those of gcore, and those of the kernel."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from remora.observe.frozen import CannotLook, is_core, look
from tests.conftest import StartDebuggee
from tests.observe.test_frozen import PROGRAM, begin, in_function, place, places
from tests.support.pythons import SAME_ROOT, Python, each_python


@each_python
def test_a_core_of_a_program_that_goes_on(start: StartDebuggee, python: Python, tmp_path: Path) -> None:
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 17", "reader")
    core = debuggee.dump_core(tmp_path)
    assert is_core(core)
    picture = look(core, locals=True)
    assert picture.pid == debuggee.pid
    assert picture.core == str(core)
    assert picture.version == python.version
    sleeper = in_function(picture, "sleeper")
    assert places(sleeper)[0] == place(debuggee, "sleeper")
    assert {each.name: each.value for each in sleeper.frames[0].variables or ()}["number"] == "17"
    # Some versions of gdb leave out the stacks of threads where these have guard pages of a new kind.
    is_cut = any("outer calls" in note and str(sleeper.tid) in note for note in picture.notes)
    assert is_cut or sleeper.frames[-1].function == "_bootstrap"
    assert sleeper.wait
    assert sleeper.wait.kind == "sleep"
    reader = in_function(picture, "reader")
    assert reader.wait
    assert reader.wait.text.startswith("reads from fd ")
    main = picture.threads[0]
    assert main.is_main
    assert main.tid == debuggee.pid
    assert not any(note.startswith(("missing", "changed", "it was ended")) for note in picture.notes)
    debuggee.send("1 + 1\n")
    assert debuggee.wait_line("gave") == "gave 2"


@each_python
def test_a_core_of_the_kernel(start: StartDebuggee, python: Python) -> None:
    if not cores_are_files():
        pytest.skip("the kernel hands core files to a program here: /proc/sys/kernel/core_pattern")
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 17")
    debuggee.send(f"os.chdir({str(Path(debuggee.path_inside).parent)!r})\n")
    debuggee.wait_line("gave")
    resource.prlimit(debuggee.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    debuggee.signal(signal.SIGSEGV)
    debuggee.wait_end()
    (core,) = (path for path in debuggee.directory.iterdir() if is_core(path))
    program = Path(f"{python.root}/{python.argv0}").resolve()
    picture = look(core, executable=program if python.root != Path("/") else None)
    assert picture.pid == debuggee.pid
    assert picture.command.startswith(f"{python.argv0} -u")
    assert places(in_function(picture, "sleeper"))[0] == place(debuggee, "sleeper")
    assert picture.notes[0].startswith("it was ended by SIGSEGV")
    assert not any(note.startswith(("missing", "changed")) for note in picture.notes)


def cores_are_files() -> bool:
    return not Path("/proc/sys/kernel/core_pattern").read_text().startswith("|")


@pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)
def test_a_core_whose_program_is_gone(start: StartDebuggee, python: Python, tmp_path: Path) -> None:
    """The program was in another root, as in a container that has been deleted."""
    debuggee = start(PROGRAM)
    begin(debuggee, "sleeper, 17")
    core = debuggee.dump_core(tmp_path)
    damaged = tmp_path / "damaged"
    with core.open("rb") as whole, damaged.open("wb") as part:
        part.write(whole.read(100_000))
    with pytest.raises(CannotLook, match=f"{damaged}"):
        look(damaged)
    with pytest.raises(CannotLook, match="there is no program /nowhere/python"):
        look(core, executable=Path("/nowhere/python"))
    copy = Path(shutil.copy("/bin/sleep", tmp_path / "sleep"))
    with pytest.raises(CannotLook, match="give the program by --executable FILE"):
        look(core, executable=copy)


@pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)
def test_a_core_that_is_cut_off(start: StartDebuggee, tmp_path: Path) -> None:
    debuggee = start(PROGRAM)
    subprocess.run(["gcore", "-o", tmp_path / "core", str(debuggee.pid)], check=True, capture_output=True)
    core = tmp_path / f"core.{debuggee.pid}"
    for size in (core.stat().st_size // 2, 3000):
        os.truncate(core, size)
        with pytest.raises(CannotLook, match=f"{core} shows no Python: it is cut off after {size} "):
            look(core)


def test_what_is_no_core(tmp_path: Path) -> None:
    text = tmp_path / "core"
    text.write_text("core")
    assert not is_core(text)
    assert not is_core(tmp_path)
    assert not is_core(Path("/bin/sh"))
    with pytest.raises(CannotLook, match=f"{text} is no core file"):
        look(text)
    with pytest.raises(CannotLook, match=f"there is no file {tmp_path}/none"):
        look(tmp_path / "none")
