"""Clients of all kinds come in the same moment: a console, a script, a prompt and an editor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.ide import Ide
from tests.support.pythons import each_python

pytestmark = each_python

#: Each says 42, and ends.
CLIENTS = {
    "attach": ["--batch", "-e", "p 6 * 7", "--timeout", "40"],
    "exec": ["-c", "6 * 7"],
    "shell": [],
}


@contextmanager
def come(debuggee: Debuggee, kind: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "remora", kind, str(debuggee.pid), *CLIENTS[kind]]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as client:
        try:
            yield client
        finally:
            client.kill()


def test_each_gets_in(start: StartDebuggee) -> None:
    debuggee = start("workers.py")
    with ExitStack() as stack:
        clients = [stack.enter_context(come(debuggee, kind)) for kind in CLIENTS]
        ide = stack.enter_context(Ide())
        ide.start("attach", {"processId": debuggee.pid})
        for client in clients:
            said, complaint = client.communicate("6 * 7\n", timeout=50)
            assert (client.returncode, complaint) == (0, "")
            assert said.rstrip().endswith("42")
    assert debuggee.is_running()
    assert debuggee.output == "ready\n"
