"""A console 100 ms away from its program, over SSH: what its user waits for, in round trips."""

from __future__ import annotations

import getpass
import time
from contextlib import closing

from bench import quantities as q
from bench.delay import DelayedLink
from bench.measure import Measurement, Recorder
from bench.subjects import Subject
from tests.support.console import Console
from tests.support.debuggee import markers
from tests.support.pythons import CHECKOUT
from tests.support.ssh import Home

ROUND_TRIP = 0.1
#: The last that is shown at a stop: the value of a display.
_ALL = "= 'all'"
_PROGRAM = CHECKOUT / "bench" / "programs" / "far.py"


def far(subject: Subject, recorder: Recorder) -> None:
    """From the line that is typed to the location, and to everything."""
    python = subject.python.command()[0]
    with (
        Home() as home,
        home.gateway("run", "--listen", "0", "--python", python, str(_PROGRAM)) as gateway,
        DelayedLink(gateway.port, ROUND_TRIP / 2) as link,
        closing(
            Console("connect", f"{getpass.getuser()}@127.0.0.1:{link.port}", env=home.environment)
        ) as person,
    ):
        person.shows("far.py:")
        person.says(f"tbreak far.py:{markers(_PROGRAM)['call']}", "breakpoint 1")
        person.says("display 'all'", _ALL)
        person.says("continue", _ALL)
        # The program goes into a file whose text is not here yet.
        recorder.record(q.FAR_NEW_FILE, [_wait(person, "step", _ALL)])
        for _ in recorder.times(12):
            recorder.record(q.FAR_LOCATION, [_wait(person, "next", "colorsys.py:")])
            person.shows(_ALL)
        for _ in recorder.times(12):
            recorder.record(q.FAR_SCREEN, [_wait(person, "next", _ALL)])


def _wait(person: Console, line: str, shown: str) -> float:
    """Round trips until something is shown."""
    begun = time.monotonic()
    person.says(line, shown)
    return (time.monotonic() - begun) / ROUND_TRIP


MEASUREMENTS = [
    Measurement(
        "far",
        (q.FAR_LOCATION, q.FAR_SCREEN, q.FAR_NEW_FILE),
        far,
        lambda subject: subject.is_remora and str(subject.python.root) == "/",
    )
]
