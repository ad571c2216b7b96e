"""What Python prompts cost a server that is under load."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.sessions import remora_on
from bench.subjects import Subject
from bench.worker import Worker
from tests.support.dap import SyncClient

LOAD = str(Path(__file__).parents[1] / "programs" / "load.py")
CONNECTIONS, SECONDS = 20, 2.0
SHELLS = 3
#: What a person has running there, one after the other.
TEXTS = ("sum(range(1000))", "[each for each in globals()]", "import time; time.sleep(0.005)")


class Shell:
    """A prompt, as `remora shell` has one."""

    def __init__(self, client: SyncClient) -> None:
        self.client = client
        self.number = client.request("remora/openPrompt", {})["promptId"]

    def evaluate(self, text: str) -> int:
        return self.client.send(
            "evaluate", {"expression": text, "context": "repl", "remoraPrompt": self.number}
        )

    def complete(self) -> None:
        self.client.request(
            "completions", {"text": "time.s", "line": 1, "column": 7, "remoraPrompt": self.number}
        )


@contextmanager
def shells(pid: int, count: int) -> Iterator[list[Shell]]:
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            session = stack.enter_context(remora_on(pid, noDebug=True))
            session.configured()
            opened.append(Shell(session.client))
        yield opened


def under_load(subject: Subject, recorder: Recorder) -> None:
    with Worker(subject.python) as worker:
        worker.begin("serve", 600)
        port = worker.wait_line("^port ").split()[1]
        with shells(worker.pid, 1):
            pass  # the compiled bundle is kept from here on
        for _ in recorder.times(4):
            recorder.record(q.SERVER_ALONE, [_slowest(port)])
            with shells(worker.pid, SHELLS) as opened:
                recorder.record(q.SERVER_WATCHED, [_slowest(port)])
                with _at_work([partial(_work, each) for each in opened]):
                    recorder.record(q.SERVER_SHELLS, [_slowest(port)])
                endless = opened[0].evaluate("while True: pass")
                recorder.record(q.SERVER_ENDLESS, [_slowest(port)])
                opened[0].client.request("cancel", {"requestId": endless})


def _slowest(port: str) -> float:
    """The slowest of 100 answers, in milliseconds."""
    words = subprocess.check_output([sys.executable, LOAD, port, str(CONNECTIONS), str(SECONDS)], text=True)
    return float(words.split()[1]) * 1000


def _work(shell: Shell) -> None:
    for text in TEXTS:
        shell.complete()
        shell.client.response(shell.evaluate(text))


@contextmanager
def _at_work(jobs: list[Callable[[], None]]) -> Iterator[None]:
    """Do these again and again meanwhile."""
    over = threading.Event()

    def repeat(job: Callable[[], None]) -> None:
        while not over.is_set():
            job()

    threads = [threading.Thread(target=repeat, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


MEASUREMENTS = [
    Measurement(
        "shell",
        (q.SERVER_ALONE, q.SERVER_WATCHED, q.SERVER_SHELLS, q.SERVER_ENDLESS),
        under_load,
        lambda subject: subject.is_remora,
    ),
]
