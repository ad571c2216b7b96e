"""Programs of others that start processes: each of these has a session, and stops."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.ide import Ide

from .test_children import an_ide, told

APPLICATION = """\
greeting = b"hello"  # @here


def app(environ, start_response):
    start_response("200 OK", [])
    return [greeting]
"""
TESTS = """\
def test_it():
    assert True  # @here
"""


def needs(module: str) -> pytest.MarkDecorator:
    found = importlib.util.find_spec(module) is not None
    return pytest.mark.skipif(not found, reason=f"{module} is missing: install the dependency group 'test'")


@pytest.fixture
def ide() -> Iterator[Ide]:
    with an_ide() as ide:
        yield ide


def launch(ide: Ide, directory: Path, module: str, *args: str) -> None:
    options: dict[str, Any] = {"cwd": str(directory), "env": {"HOME": str(directory)}}
    ide.launch({"module": module, "args": list(args), "python": sys.executable, **options})


@contextmanager
def stopping_workers(ide: Ide, count: int, program: Path) -> Iterator[None]:
    """So many child processes stop at `@here` and go on; they end in the block."""
    text = program.read_text(encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "@here" in line)
    with ExitStack() as sessions:
        workers = []
        for _ in range(count):
            worker = sessions.enter_context(told(ide))
            worker.attach(worker.configuration, {str(program): [line]})
            workers.append(worker)
        for worker in workers:
            worker.stops_at(line)
        for worker in workers:
            worker.resume()
        yield
        for worker in workers:
            worker.client.wait_event("terminated")


@needs("gunicorn")
def test_gunicorn(ide: Ide, tmp_path: Path) -> None:
    program = tmp_path / "application.py"
    program.write_text(APPLICATION, encoding="utf-8")
    launch(ide, tmp_path, "gunicorn", "--workers", "4", "--bind", "127.0.0.1:0", "application:app")
    with stopping_workers(ide, 4, program):
        ide.client.request("terminate")
    assert ide.exit_code() == 0


@needs("xdist")
def test_pytest_with_workers(ide: Ide, tmp_path: Path) -> None:
    program = tmp_path / "test_program.py"
    program.write_text(TESTS, encoding="utf-8")
    launch(ide, tmp_path, "pytest", "-p", "no:cacheprovider", "-n", "2", "--dist", "each", program.name)
    with stopping_workers(ide, 2, program):
        pass  # they have nothing more to do
    assert ide.exit_code() == 0
