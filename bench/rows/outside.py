"""A picture from outside: how long it takes, and for how long the program is stopped for it.

The peers are commands that read stacks as well; both stop the program unless they are told not to.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench import quantities as q
from bench.measure import Measurement, Recorder
from bench.quantities import Quantity
from bench.subjects import Subject
from tests.support.debuggee import Debuggee

PROGRAM = Path(__file__).parents[1] / "programs" / "crowd.py"
BIN = Path(sys.executable).parent
#: For how long the program watches the clock: longer than any of the commands takes.
WATCHES = 1500

#: What is run, with the pid in the place of the last word, and what its values are called.
COMMANDS: list[tuple[list[str], Quantity, Quantity]] = [
    (["remora", "stack"], q.STACK, q.STACK_STALL),
    (["remora", "stack", "--locals"], q.STACK_LOCALS, q.STACK_LOCALS_STALL),
    (["remora", "stack", "--pause"], q.STACK_PAUSE, q.STACK_PAUSE_STALL),
    (["remora", "stack", "--pause", "--locals"], q.STACK_PAUSE_LOCALS, q.STACK_PAUSE_LOCALS_STALL),
    (["py-spy", "dump", "--pid"], q.PY_SPY, q.PY_SPY_STALL),
    (["py-spy", "dump", "--locals", "--pid"], q.PY_SPY_LOCALS, q.PY_SPY_LOCALS_STALL),
    (["pystack", "remote"], q.PYSTACK, q.PYSTACK_STALL),
    (["pystack", "remote", "--locals"], q.PYSTACK_LOCALS, q.PYSTACK_LOCALS_STALL),
]


def stack(subject: Subject, recorder: Recorder) -> None:
    """Eight threads, each of 22 frames with values."""
    with Debuggee(subject.python, PROGRAM, timeout=60) as program:
        program.wait_line("^ready")
        for command, taken, stalled in COMMANDS:
            _run(command, program)
            for _ in recorder.times(12):
                program.send(f"{WATCHES}\n")
                program.wait_line("^begun")
                recorder.record(taken, [_run(command, program)])
                recorder.record(stalled, [float(program.wait_line("^delayed ").split()[1])])


def _run(command: list[str], program: Debuggee) -> float:
    """Milliseconds."""
    begun = time.monotonic()
    words = [str(BIN / command[0]), *command[1:], str(program.pid)]
    done = subprocess.run(words, capture_output=True, text=True)
    taken = (time.monotonic() - begun) * 1000
    assert done.returncode == 0, done.stderr
    assert "descend" in done.stdout
    assert taken < WATCHES, "the program has not watched for long enough"
    return taken


MEASUREMENTS = [
    Measurement(
        "stack",
        tuple(quantity for _, *both in COMMANDS for quantity in both),
        stack,
        lambda subject: subject.is_remora,
    )
]
