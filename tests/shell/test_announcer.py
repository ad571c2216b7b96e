"""What is told without having been asked for."""

from __future__ import annotations

import io

from remora.shell.announcer import Announcer
from remora.shell.screen import Screen


def test_a_pipe_is_told_why_nothing_comes() -> None:
    out, err = io.StringIO(), io.StringIO()
    Announcer(Screen(out, err, interactive=False)).waits("MainThread is in select, app.py:3.")
    assert (out.getvalue(), err.getvalue()) == (
        "",
        "MainThread is in select, app.py:3. Ctrl-C takes it back.\n",
    )


def test_a_person_is_told_in_the_same_place_as_everything() -> None:
    out, err = io.StringIO(), io.StringIO()
    Announcer(Screen(out, err, interactive=True)).waits("MainThread is in select, app.py:3.")
    assert "MainThread is in select" in out.getvalue() and not err.getvalue()
