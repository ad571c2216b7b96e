"""Checks: threads that run already, start later, are our own, are blocked.  See `checks.py`."""

from __future__ import annotations

import _thread
import sys
import threading
import time
from typing import Any

from remora.agent.tracing.base import LINE, NOTHING, PY_START
from tests.tracing.recorder import Recorder, Spinner, wait


def _spin_on_one_line(spinner: Spinner) -> None:
    while not spinner.over: spinner.count += 1  # fmt: skip  # noqa: E701


def _spin(spinner: Spinner) -> None:
    while not spinner.over:
        spinner.count += 1
        _step(spinner)


def _step(spinner: Spinner) -> None:
    spinner.count += 1


def _block(spinner: Spinner) -> None:
    gate = spinner.gate = threading.Lock()  # type: ignore[attr-defined]
    gate.acquire()
    gate.acquire()


def _arrivals(recorder: Recorder, count: int, what: str) -> threading.Event:
    """Set when `count` threads other than this one have told `what`."""
    seen: set[int] = set()
    everyone = threading.Event()
    this = threading.get_ident()

    def arrived(*_: Any) -> None:
        seen.add(threading.get_ident())
        if len(seen - {this}) >= count:
            everyone.set()

    recorder.on[what] = arrived
    return everyone


def _check_reports(raw: bool, before: bool, rescan: bool) -> None:
    spinner = Spinner(_spin, raw) if before else None
    with Recorder() as recorder:
        reached = _arrivals(recorder, 1, "line")
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.tracer.set_local_events(_step.__code__, LINE)
        spinner = spinner or Spinner(_spin, raw)
        if rescan:
            recorder.tracer.rescan()
        wait(reached)
    spinner.end()


def threads_that_ran_before_report() -> None:
    _check_reports(raw=False, before=True, rescan=False)


def threads_that_start_later_report() -> None:
    _check_reports(raw=False, before=False, rescan=False)


def raw_threads_that_ran_before_report() -> None:
    _check_reports(raw=True, before=True, rescan=False)


def raw_threads_that_start_later_report_after_a_scan() -> None:
    _check_reports(raw=True, before=False, rescan=True)


def threads_may_come_and_go_meanwhile() -> None:
    """Their states are read and written: one that ended would be freed memory."""
    sys.setswitchinterval(0.0001)
    over = False

    def brief() -> None:
        if not over:
            _thread.start_new_thread(brief, ())

    for _ in range(8):
        brief()
    spinner = Spinner(_spin)
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        for _ in range(60):
            recorder.tracer.set_local_events(brief.__code__, LINE)
            recorder.tracer.rescan()
            recorder.tracer.set_local_events(brief.__code__, NOTHING)
        reached = _arrivals(recorder, 1, "line")
        recorder.tracer.set_local_events(_step.__code__, LINE)
        wait(reached)
    over = True
    spinner.end()


def a_loop_that_runs_now_reports() -> None:
    spinner = Spinner(_spin_on_one_line)
    with Recorder() as recorder:
        reached = _arrivals(recorder, 1, "line")
        recorder.tracer.set_local_events(_spin_on_one_line.__code__, LINE)
        wait(reached)
    spinner.end()


def a_one_line_loop_can_be_interrupted() -> None:
    _check_interrupt([Spinner(_spin_on_one_line)])


def a_raw_thread_can_be_interrupted() -> None:
    _check_interrupt([Spinner(_spin, raw=True)])


def fifty_threads_can_be_interrupted() -> None:
    sys.setswitchinterval(0.0002)  # those that compute take turns
    gate = threading.Event()

    def spin(spinner: Spinner) -> None:
        wait(gate)
        _spin_on_one_line(spinner)

    spinners = [Spinner(spin) for _ in range(50)]
    gate.set()
    _check_interrupt(spinners)


def _check_interrupt(spinners: list[Spinner]) -> None:
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        for _ in range(2):
            everyone = _arrivals(recorder, len(spinners), "checkpoint")
            recorder.tracer.interrupt(True)
            wait(everyone)
            recorder.tracer.interrupt(False)
        recorder.on.clear()
    told = len(recorder.events)
    for spinner in spinners:
        spinner.over = True
    for spinner in spinners:
        spinner.end()
    # Those that were on their way have arrived.
    assert len(recorder.events) <= told + len(spinners)


def a_thread_can_be_held_at_a_checkpoint() -> None:
    spinner = Spinner(_spin_on_one_line)
    gate = threading.Lock()
    gate.acquire()
    arrived = threading.Event()

    def hold(frame: Any) -> None:
        arrived.set()
        gate.acquire()

    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.on["checkpoint"] = hold
        recorder.tracer.interrupt(True)
        wait(arrived)
        count = spinner.count
        assert spinner.count == count
        recorder.tracer.interrupt(False)
        recorder.on.clear()
        gate.release()
        while spinner.count == count:
            time.sleep(0)
    spinner.end()


def a_blocked_thread_is_let_alone() -> None:
    spinner: Any = Spinner(_block)
    while not hasattr(spinner, "gate") or not spinner.gate.locked():
        time.sleep(0)
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.tracer.interrupt(True)
        assert recorder.events == []
        recorder.tracer.interrupt(False)
        spinner.gate.release()
        spinner.end()


def a_blocked_thread_reports_when_it_returns() -> None:
    spinner: Any = Spinner(_block)
    while not hasattr(spinner, "gate") or not spinner.gate.locked():
        time.sleep(0)
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        reached = _arrivals(recorder, 1, "checkpoint")
        recorder.tracer.interrupt(True)
        spinner.gate.release()
        wait(reached)
        recorder.tracer.interrupt(False)
        recorder.on.clear()
        spinner.end()


def own_threads_do_not_report() -> None:
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.tracer.set_local_events(_step.__code__, LINE | PY_START)
        recorder.tracer.set_events(PY_START)
        recorder.tracer.find_code(True)
        recorder.tracer.interrupt(True)
        _step(Spinner.__new__(_Still))
        recorder.tracer.interrupt(False)
        recorder.tracer.find_code(False)
        recorder.tracer.set_events(NOTHING)
    assert recorder.events == []


class _Still(Spinner):
    count = 0


#: Why a check does not concern an interpreter.
CHANGES_THREADS_ANYWHERE = (
    "3.8 and 3.9 may change threads after the last instruction that takes a fresh snapshot of the variables: "
    "what is written back can be out of date with any trace function (bpo-30744)"
)


def closures_that_threads_share_stay_whole() -> str | None:
    """The same, while no thread parks: at each call of a function another may take its turn."""
    if sys.version_info < (3, 10):  # noqa: UP036
        return CHANGES_THREADS_ANYWHERE
    total, rounds = 0, 3000
    lock = threading.Lock()

    def add(spinner: Spinner) -> None:
        nonlocal total
        with lock:
            total += 1

    def work(spinner: Spinner) -> None:
        for _ in range(rounds):
            add(spinner)

    sys.setswitchinterval(1e-6)
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.tracer.set_local_events(_step.__code__, LINE)
        spinners = [Spinner(work) for _ in range(3)]
        for spinner in spinners:
            wait(spinner.ended)
    assert total == 3 * rounds, total
    return None


def what_other_threads_do_to_a_closure_is_kept() -> None:
    """bpo-30744: the snapshot of the variables that a trace function gets is written back when it returns."""
    kept = 0
    parked, changed = threading.Event(), threading.Event()

    def inner(spinner: Spinner) -> None:
        nonlocal kept
        spinner.count += 1  # parks here
        spinner.count = kept

    def park(frame: Any, line: int) -> None:
        parked.set()
        wait(changed)

    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.on["line"] = park
        recorder.tracer.set_local_events(inner.__code__, LINE, frozenset({inner.__code__.co_firstlineno + 2}))
        spinner = Spinner(inner)
        wait(parked)
        kept = 7
        changed.set()
        spinner.end()
    assert spinner.count == 7
    assert kept == 7
