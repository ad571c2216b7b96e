"""Names of files on both sides: pure, and in a session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from remora.gateway.ide.path_mapping import PathMapping
from tests.support.dap import Failed
from tests.support.debuggee import DEBUGGEES, markers
from tests.support.ide import Ide
from tests.support.pythons import SAME_ROOT

SOURCE = DEBUGGEES / "under_ide.py"
LINES = markers(SOURCE)

UNIX = PathMapping([("/home/me/shop/", "/srv/app"), ("/home/me/shop/sub", "/srv/other"), ("/lib", "/")])
WINDOWS = PathMapping([("C:\\Work\\app", "/srv/app")], windows=True)


@pytest.mark.parametrize(
    ("mapping", "client", "program"),
    [
        (UNIX, "/home/me/shop/a.py", "/srv/app/a.py"),
        (UNIX, "/home/me/shop/sub/a/b.py", "/srv/other/a/b.py"),
        (UNIX, "/home/me/shop", "/srv/app"),
        (UNIX, "/home/me/shopshop/a.py", "/home/me/shopshop/a.py"),
        (WINDOWS, "C:\\Work\\app\\a\\b.py", "/srv/app/a/b.py"),
        (WINDOWS, "D:\\a.py", "D:\\a.py"),
    ],
)
def test_there_and_back(mapping: PathMapping, client: str, program: str) -> None:
    assert mapping.to_program(client) == program
    if "shop" not in client:
        assert mapping.to_client(program) == client


def test_a_root_is_a_directory_too() -> None:
    assert UNIX.to_program("/lib/a.py") == "/a.py"
    assert UNIX.to_client("/usr/a.py") == "/lib/usr/a.py"


def test_windows_does_not_tell_letters_apart() -> None:
    assert WINDOWS.to_program("c:\\WORK\\app/a.py") == "/srv/app/a.py"


def test_only_sources_and_modules_are_translated() -> None:
    body = {
        "stackFrames": [
            {"name": "/srv/app/x", "source": {"path": "/srv/app/a.py", "sources": [{"path": "/srv/app/b"}]}}
        ],
        "module": {"path": "/srv/app/m.py", "name": "m"},
        "instructions": [{"address": "0x2", "location": {"path": "/srv/app/a.py"}}],
        "variables": [{"name": "path", "value": "/srv/app/v", "path": "/srv/app/v"}],
    }
    assert UNIX.outward({"type": "response", "body": body})["body"] == {
        "stackFrames": [
            {
                "name": "/srv/app/x",
                "source": {"path": "/home/me/shop/a.py", "sources": [{"path": "/home/me/shop/b"}]},
            }
        ],
        "module": {"path": "/home/me/shop/m.py", "name": "m"},
        "instructions": [{"address": "0x2", "location": {"path": "/home/me/shop/a.py"}}],
        "variables": [{"name": "path", "value": "/srv/app/v", "path": "/srv/app/v"}],
    }


@pytest.mark.parametrize("remote", [".", None], ids=["cwd", "absolute"])
def test_in_a_session(tmp_path: Path, remote: str | None) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    program = shutil.copy(SOURCE, there)
    options = {
        "program": program,
        "args": ["show"],
        "python": SAME_ROOT[-1].argv0,
        "pathMappings": [{"localRoot": str(here), "remoteRoot": remote or str(there)}],
    }
    mine = str(here / SOURCE.name)
    with Ide() as ide:
        ide.initialize()
        ide.begin("launch", options)
        wanted = {"source": {"path": mine}, "breakpoints": [{"line": LINES["show"]}]}
        (placed,) = ide.client.request("setBreakpoints", wanted)["breakpoints"]
        assert placed["source"]["path"] == mine
        ide.configured()
        assert ide.stops_at(LINES["show"])["source"]["path"] == mine
        ide.disconnect()


def test_files_without_a_mapping_are_read_from_the_program(tmp_path: Path) -> None:
    """There need be none of that name where the editor is, or it may be another."""
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    there.mkdir()
    elsewhere.mkdir()
    caller = elsewhere / "caller_of_test.py"
    caller.write_text("def call(function):\n    function()\n")
    program = there / "program.py"
    program.write_text("import caller_of_test\ndef called():\n    print(1)\ncaller_of_test.call(called)\n")
    options = {
        "program": str(program),
        "python": SAME_ROOT[-1].argv0,
        "env": {"PYTHONPATH": str(elsewhere)},
        "pathMappings": [{"localRoot": "/mine", "remoteRoot": str(there)}],
    }
    with Ide() as ide:
        ide.launch(options, {"/mine/program.py": [3]})
        stop = ide.client.wait_event("stopped")
        stack = ide.client.request("stackTrace", {"threadId": stop["threadId"]})["stackFrames"]
        mapped, unmapped, _ = (frame["source"] for frame in stack)
        assert "sourceReference" not in mapped
        assert unmapped["path"] == str(caller)
        reference = unmapped["sourceReference"]
        for arguments in ({"sourceReference": reference}, {"sourceReference": 0, "source": unmapped}):
            assert ide.client.request("source", arguments)["content"] == caller.read_text()
        with pytest.raises(Failed, match="Source unavailable"):
            ide.client.request("source", {"sourceReference": reference + 1})
        request = {"source": unmapped, "breakpoints": [{"line": 2}]}
        (placed,) = ide.client.request("setBreakpoints", request)["breakpoints"]
        assert placed["verified"]
        ide.disconnect()


def test_links_are_what_they_lead_to(tmp_path: Path) -> None:
    program = shutil.copy(SOURCE, tmp_path)
    link = tmp_path / "link.py"
    link.symlink_to(program)
    options = {"program": program, "args": ["show"], "python": SAME_ROOT[-1].argv0, "resolveSymlinks": True}
    with Ide() as ide:
        ide.launch(options, {str(link): [LINES["show"]]})
        assert ide.stops_at(LINES["show"])["source"]["path"] == str(link)
        ide.disconnect()
