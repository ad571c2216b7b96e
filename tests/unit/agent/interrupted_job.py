"""Cancels a job at each instruction of the agent that its thread passes, one run for each.

Prints "ok" and the number of runs; run by `test_jobs.py` on every interpreter.
"""

import sys

from remora.agent import interruption, jobs
from remora.agent.jobs import Cancelled, Job

_FILES = (jobs.__file__, interruption.__file__)


def work(fails):
    total = sum(range(10))
    if fails:
        raise ValueError(total)
    return total


class Canceller:
    """A trace function that cancels `job` at the instruction with the number `at`, from here on."""

    def __init__(self, job, at):
        self.job = job
        self.left = at

    def __call__(self, frame, event, argument):
        if frame.f_code.co_filename not in (*_FILES, __file__):
            return None
        frame.f_trace_opcodes = True
        # Another thread could not get the lock either.
        if event == "opcode" and not self.job._lock._is_owned():
            self.left -= 1
            if self.left == 0:
                self.job.cancel()
        return self


def run_once(fails, at):
    """Whether the job was cancelled before its end."""
    answers = []
    job = Job(lambda: work(fails), lambda result, error: answers.append((result, error)))
    canceller = Canceller(job, at)
    sys.settrace(canceller)
    job.run()
    sys.settrace(None)
    for _ in range(100):
        len(answers)  # it would come here
    [(result, error)] = answers
    if isinstance(error, Cancelled):
        assert result is None
    elif fails:
        assert isinstance(error, ValueError), error
    else:
        assert (result, error) == (45, None), (result, error)
    return canceller.left <= 0


def main():
    runs = 0
    for fails in (False, True):
        at = 1
        while run_once(fails, at):
            at += 1
        runs += at
    print("ok", runs)


main()
