"""Checks: our errors stay out of the program, its own reach it, and nothing remains.  See `checks.py`."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from remora.agent.tracing.base import (
    LINE,
    PY_RESUME,
    PY_RETURN,
    PY_START,
    PY_UNWIND,
    Injected,
    TracerUnavailable,
)
from tests.tracing.recorder import Recorder, Spinner, wait

monitoring: Any = getattr(sys, "monitoring", None)

#: Why a check does not concern an interpreter.
NO_TRACE_FUNCTIONS = "sys.monitoring leaves trace functions alone"
NO_TOOL_IDS = "sys.settrace has no tool ids"


class _Mine(Exception):
    pass


def _work(n: int) -> int:
    n += 1
    return n


def _numbers() -> Iterator[int]:
    yield 1
    yield 2


def _spin(spinner: Spinner) -> None:
    while not spinner.over:
        spinner.count = _work(spinner.count)


def _trace(frame: Any, event: str, argument: Any) -> Any:
    return _trace


def _count_lines(frame: Any, event: str, argument: Any) -> Any:
    _lines.append(event)
    return _count_lines


_lines: list[str] = []


def errors_of_the_listener_stay_out_of_the_program() -> None:
    for what, events in (("line", LINE), ("start", PY_START), ("return", PY_RETURN)):
        recorder = _raise_at(what, lambda: _raise(ZeroDivisionError("ours")))
        try:
            with recorder:
                recorder.tracer.set_local_events(_work.__code__, events)
                assert _work(1) == 2
        except ZeroDivisionError as error:
            assert error in recorder.errors
        else:
            raise AssertionError("the error was not reported")


def injected_exceptions_reach_the_program() -> None:
    mine = _Mine()
    for what, events in (("line", LINE), ("start", PY_START), ("return", PY_RETURN)):
        with _raise_at(what, lambda: _raise(Injected(mine))) as recorder:
            recorder.tracer.set_local_events(_work.__code__, events)
            caught = _caught(lambda: _work(1))
        assert caught is mine
        assert mine.__context__ is None and mine.__cause__ is None


def tracing_goes_on_after_an_injected_exception() -> None:
    with _raise_at("line", lambda: _raise(Injected(_Mine()))) as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE)
        assert isinstance(_caught(lambda: _work(1)), _Mine)
        recorder.on.clear()
        recorder.events.clear()
        recorder.tracer.rescan()
        _work(1)
    assert recorder.of("line") == [("_work", 1), ("_work", 2)]


def what_a_signal_handler_raises_reaches_the_program() -> None:
    def handler(number: int, frame: Any) -> None:
        raise _Mine

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        with _raise_at("line", lambda: signal.raise_signal(signal.SIGUSR1)) as recorder:
            recorder.tracer.set_local_events(_work.__code__, LINE)
            assert isinstance(_caught(lambda: _work(1)), _Mine)
    finally:
        signal.signal(signal.SIGUSR1, before)


def an_interrupt_from_the_keyboard_reaches_the_program() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with _raise_at("line", lambda: signal.raise_signal(signal.SIGINT)) as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE)
        assert isinstance(_caught(lambda: _work(1)), KeyboardInterrupt)


def nothing_remains_after_stop() -> None:
    spinner = Spinner(_spin)
    suspended = _numbers()
    before = _facilities()
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE | PY_UNWIND)
        recorder.tracer.set_local_events(_numbers.__code__, LINE | PY_UNWIND)
        recorder.tracer.set_events(PY_START | PY_RESUME)
        recorder.tracer.find_code(True)
        recorder.tracer.interrupt(True)
        next(suspended)
        _work(1)
    told = len(recorder.events)
    assert _facilities() == before
    _work(1)
    next(suspended)
    counted = spinner.count
    spinner.end()
    assert spinner.count >= counted
    assert len(recorder.events) == told
    frames = [*sys._current_frames().values(), suspended.gi_frame]  # type: ignore[attr-defined]
    assert all(frame.f_trace is None for frame in frames)


def stop_may_be_called_twice() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE)
        recorder.tracer.stop()
        _work(1)
        recorder.tracer.set_local_events(_work.__code__, LINE)
        _work(1)
    assert recorder.events == []


def a_tracer_can_start_again() -> None:
    for _ in range(20):
        with Recorder() as recorder:
            recorder.tracer.set_local_events(_work.__code__, LINE)
            recorder.tracer.find_code(True)
            _work(1)
        assert recorder.of("line") == [("_work", 1), ("_work", 2)]
        assert "_work" in recorder.of("found")


def stop_while_a_thread_is_in_a_callback() -> None:
    arrived, leave = threading.Event(), threading.Event()

    def hold(frame: Any, line: int) -> None:
        arrived.set()
        wait(leave)

    spinner = Spinner(_spin)
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.on["line"] = hold
        recorder.tracer.set_local_events(_work.__code__, LINE)
        wait(arrived)
        recorder.tracer.stop()
        told = len(recorder.events)
        leave.set()
    spinner.end()
    assert len(recorder.events) == told


def stop_in_a_forked_child() -> None:
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE)
        child = os.fork()
        if child == 0:
            recorder.tracer.stop()
            _work(1)
            os._exit(1 if recorder.events or sys.gettrace() is not None else 0)
        assert os.waitpid(child, 0)[1] == 0
        _work(1)
    assert recorder.of("line") == [("_work", 1), ("_work", 2)]


def nothing_wanted_is_nothing_traced() -> None:
    own = threading.get_ident()
    spinner = Spinner(_spin)
    with Recorder() as recorder:
        idle = _facilities()
        recorder.tracer.own_threads().add(own)
        recorder.tracer.set_local_events(_work.__code__, LINE)
        recorder.tracer.set_local_events(_work.__code__, 0)
        while recorder.tracer.rescan():
            time.sleep(0.01)
        assert _facilities() == idle
    spinner.end()


def another_trace_function_comes_back() -> str | None:
    if monitoring is not None:
        return NO_TRACE_FUNCTIONS
    sys.settrace(_trace)
    threading.settrace(_trace)
    frame: Any = sys._getframe()
    frame.f_trace = _count_lines
    references = sys.getrefcount(_trace)
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE)
        recorder.tracer.set_local_events(frame.f_code, LINE)
        _work(1)
        spinner = Spinner(_spin)
    assert sys.gettrace() is _trace
    assert threading._trace_hook is _trace  # type: ignore[attr-defined]
    spinner.end()
    seen = len(_lines)
    assert frame.f_trace is _count_lines
    assert len(_lines) > seen
    sys.settrace(None)
    gc.collect()
    assert recorder.of("line").count(("_work", 1)) >= 1
    assert sys.getrefcount(_trace) <= references
    return None


def other_trace_functions_still_work_afterwards() -> str | None:
    if monitoring is not None:
        return NO_TRACE_FUNCTIONS
    spinner = Spinner(_spin)
    for _ in range(3):
        with _raise_at("line", lambda: _raise(Injected(_Mine()))) as recorder:
            recorder.tracer.set_local_events(_numbers.__code__, LINE)
            _caught(lambda: next(_numbers()))
            recorder.tracer.rescan()
            Spinner(lambda spinner: None)
    spinner.end()
    sys.settrace(_count_lines)
    _work(1)
    sys.settrace(None)
    assert "line" in _lines
    return None


def without_ctypes_later_threads_report() -> str | None:
    if monitoring is not None:
        return NO_TRACE_FUNCTIONS
    sys.modules["_ctypes"] = None  # type: ignore[assignment]
    reached = threading.Event()
    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.on["line"] = lambda *_: reached.set()
        recorder.tracer.set_local_events(_work.__code__, LINE)
        assert "no ctypes" in recorder.tracer.limits[0]
        seen: list[Any] = []

        def work(spinner: Spinner) -> None:
            _spin(spinner)
            seen.append(sys.gettrace())

        spinner = Spinner(work)
        wait(reached)
    counted = spinner.count
    while spinner.count < counted + 2:
        time.sleep(0)
    spinner.end()
    assert seen == [None]
    return None


def without_ctypes_a_thread_is_left_that_is_in_a_callback_meanwhile() -> str | None:
    if monitoring is not None:
        return NO_TRACE_FUNCTIONS
    sys.modules["_ctypes"] = None  # type: ignore[assignment]
    arrived, leave = threading.Event(), threading.Event()

    def hold(frame: Any) -> None:
        if frame.f_code is _work.__code__:
            arrived.set()
            wait(leave)

    seen: list[Any] = []

    def work(spinner: Spinner) -> None:
        _spin(spinner)
        seen.append(sys.gettrace())

    with Recorder() as recorder:
        recorder.tracer.own_threads().add(threading.get_ident())
        recorder.on["found"] = hold
        recorder.tracer.find_code(True)
        spinner = Spinner(work)
        wait(arrived)
    leave.set()
    counted = spinner.count
    while spinner.count < counted + 2:
        time.sleep(0)
    spinner.end()
    assert seen == [None]
    return None


def another_tool_id_is_taken_when_ours_is_in_use() -> str | None:
    if monitoring is None:
        return NO_TOOL_IDS
    monitoring.use_tool_id(monitoring.DEBUGGER_ID, "another")
    with Recorder() as recorder:
        recorder.tracer.set_local_events(_work.__code__, LINE)
        _work(1)
    assert recorder.of("line")
    assert monitoring.get_tool(monitoring.DEBUGGER_ID) == "another"
    return None


def the_holders_of_all_tool_ids_are_named() -> str | None:
    if monitoring is None:
        return NO_TOOL_IDS
    for number in range(6):
        monitoring.use_tool_id(number, f"holder {number}")
    try:
        with Recorder():
            raise AssertionError("a tool id was free")
    except TracerUnavailable as error:
        assert all(f"holder {number}" in str(error) for number in range(6))
    return None


def _facilities() -> Any:
    """What of the interpreter's is in use."""
    hook = getattr(threading, "_trace_hook", None)
    tools = [monitoring.get_tool(number) for number in range(6)] if monitoring is not None else []
    wanted = [monitoring.get_events(number) for number, tool in enumerate(tools) if tool]
    return [sys.gettrace(), hook, tools, wanted]


def _raise_at(what: str, action: Callable[[], None]) -> Recorder:
    """A listener in which `action` happens at each event `what`."""
    recorder = Recorder()
    recorder.on[what] = lambda *_: action()
    return recorder


def _raise(error: BaseException) -> None:
    raise error


def _caught(function: Callable[[], Any]) -> BaseException:
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")
