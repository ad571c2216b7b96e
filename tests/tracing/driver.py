"""Runs inside each interpreter: the stops of stepping through programs, by our tracer and by its own bdb.

    python -m tests.tracing.driver PROGRAM...

Prints JSON: {program: {"step" | "next": {"remora" | "bdb": [[function, line], ...]}}}, or a text in
place of the list if that failed.  Only lines of the program itself are recorded; both debuggers go
through library code unseen.
"""

from __future__ import annotations

import bdb
import json
import os
import sys
from _thread import get_ident
from types import CodeType, FrameType
from typing import Any, Callable

from remora.agent import stepping, tracing
from remora.agent.demands import Demands
from tests.tracing.apart import Failed, apart

LIMIT = 2000
KINDS = {"step": stepping.STEP_IN, "next": stepping.NEXT}


class OurStops:
    """A listener that steps on from each stop, until the program ends."""

    def __init__(self, kind: str, path: str) -> None:
        self.kind = KINDS[kind]
        self.path = path
        self.stops: list[list[Any]] = []
        self.errors: list[BaseException] = []
        self.tracer = tracing.choose()
        self.tracer.start(self, self.errors.append)
        self.demands = Demands(self.tracer)
        self.thread = get_ident()
        self.plan = stepping.Plan(stepping.ENTRY, None)

    def run_code(self, code: CodeType, namespace: dict[str, Any]) -> None:
        self.demand()
        try:
            exec(code, namespace)
        finally:
            self.tracer.stop()
        for error in self.errors:
            raise error

    def demand(self) -> None:
        if self.plan.ended:
            self.demands.drop(self)
        else:
            self.demands.replace(self, *self.plan.wants())

    def follow(self) -> None:
        if self.plan.moved():
            self.demand()

    def code_found(self, code: CodeType, frame: FrameType) -> None:
        raise AssertionError("nobody asked for code")

    def line(self, frame: FrameType, line: int) -> None:
        if get_ident() != self.thread:
            return
        if not self.plan.line(frame, line):
            self.follow()
            return
        if frame.f_code.co_filename == self.path:
            self.stops.append([frame.f_code.co_name, line])
        if len(self.stops) >= LIMIT:
            self.tracer.stop()
        self.plan = stepping.Plan(self.kind, frame)
        self.demand()

    def instruction(self, frame: FrameType, offset: int) -> None:
        raise AssertionError("nobody asked for instructions")

    def start(self, frame: FrameType) -> None:
        # The program begins where its file does: our own code is not hidden here.
        is_early = self.plan.kind == stepping.ENTRY and frame.f_code.co_filename != self.path
        if get_ident() == self.thread and not is_early:
            self.plan.start(frame)
            self.follow()

    def py_return(self, frame: FrameType, value: Any) -> None:
        if get_ident() == self.thread:
            assert not self.plan.py_return(frame, value)
            self.follow()

    def py_yield(self, frame: FrameType, value: Any) -> None:
        if get_ident() == self.thread:
            self.plan.py_yield(frame)
            self.follow()

    def called(self, frame: FrameType, code: CodeType) -> None:
        raise AssertionError("nobody asked for calls")

    def unwind(self, frame: FrameType, exception: BaseException) -> None:
        if get_ident() == self.thread:
            self.plan.unwind(frame)
            self.follow()

    def raised(self, frame: FrameType, exception: BaseException) -> None:
        raise AssertionError("nobody asked for exceptions")

    def checkpoint(self, frame: FrameType) -> None:
        raise AssertionError("nobody interrupted")


class BdbStops(bdb.Bdb):
    """The same by the standard library's debugger, as pdb uses it."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__()
        self.kind = kind
        self.path = path
        self.stops: list[list[Any]] = []

    def run_code(self, code: CodeType, namespace: dict[str, Any]) -> None:
        self.run(code, namespace)

    def user_line(self, frame: FrameType) -> None:
        if frame.f_code.co_filename == self.path:
            self.stops.append([frame.f_code.co_name, frame.f_lineno])
        self._go_on(frame)

    def user_return(self, frame: FrameType, return_value: Any) -> None:
        self._go_on(frame)

    def _go_on(self, frame: FrameType) -> None:
        if self.kind == "step":
            self.set_step()
        else:
            self.set_next(frame)


def stops(debugger: Callable[[str, str], Any], kind: str, path: str) -> list[list[Any]]:
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    stepper = debugger(kind, path)
    try:
        stepper.run_code(code, {"__name__": "__main__", "__file__": path})
    except Exception as error:
        if type(error).__name__ != "Expected":
            raise
    recorded: list[list[Any]] = stepper.stops
    return recorded


def compare(path: str) -> dict[str, Any]:
    return {
        kind: {"remora": attempt(OurStops, kind, path), "bdb": attempt(BdbStops, kind, path)}
        for kind in KINDS
    }


def attempt(debugger: Callable[[str, str], Any], kind: str, path: str) -> Any:
    try:
        return apart(stops, debugger, kind, path)
    except Failed as failure:
        return str(failure)


if __name__ == "__main__":
    json.dump({os.path.basename(path): compare(path) for path in sys.argv[1:]}, sys.stdout)
