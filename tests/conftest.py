"""What every test has: the interpreters in the header, and debuggees whose output shows on failure."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.support")

from tests.support import pythons  # noqa: E402
from tests.support.debuggee import DEBUGGEES, Debuggee  # noqa: E402
from tests.support.pythons import Python  # noqa: E402

StartDebuggee = Callable[..., Debuggee]

_started = pytest.StashKey[list[Debuggee]]()


def pytest_configure() -> None:
    """Heed SIGINT, and let debuggees heed it: what a shell starts in the background is told to ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    missing = pythons.missing()
    return [
        "debuggees run on: " + ", ".join(map(str, pythons.ALL)),
        *(["MISSING: " + ", ".join(missing)] if missing else []),
    ]


@pytest.fixture
def shared(python: Python) -> Iterator[Path]:
    """A directory that the tests and the interpreter `python` both see."""
    with python.directory() as directory:
        yield directory


@pytest.fixture
def start(python: Python, request: pytest.FixtureRequest) -> Iterator[StartDebuggee]:
    """`start("loop.py", *args)`: a program of tests/debuggees on `python`, which has written "ready".

    `ready=None` does not wait.  Other keywords are those of `Debuggee`.
    """
    started = request.node.stash.setdefault(_started, [])
    with ExitStack() as stack:

        def start(program: str, *args: str, ready: str | None = "ready", **keywords: Any) -> Debuggee:
            debuggee = stack.enter_context(Debuggee(python, DEBUGGEES / program, *args, **keywords))
            started.append(debuggee)
            if ready is not None:
                debuggee.wait_line(ready)
            return debuggee

        yield start


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    if call.excinfo is not None:
        for debuggee in item.stash.get(_started, []):
            title = f"output of {debuggee.program.name} on {debuggee.python}"
            item.add_report_section(call.when, title, debuggee.output)
    return (yield)
