"""Runs inside each interpreter: the stops of stepping through a program, by our tracer or by bdb.

    python driver.py remora|bdb step|next PROGRAM

Prints a JSON list of [function, line].  The program's own frames only are
recorded; both go through library code unseen.
"""

import bdb
import json
import sys

LIMIT = 2000


class OurStops:
    """A listener that steps on from each stop, until the program ends."""

    def __init__(self, kind, path):
        from remora.agent import stepping, tracing
        from remora.agent.demands import Demands

        self.stepping = stepping
        self.kind = {"step": stepping.STEP_IN, "next": stepping.NEXT}[kind]
        self.path = path
        self.stops = []
        self.errors = []
        self.tracer = tracing.choose()
        self.tracer.start(self, self.errors.append)
        self.demands = Demands(self.tracer)
        self.plan = None

    def run(self, code, namespace):
        self.begin(self.stepping.Plan(self.stepping.ENTRY, None))
        try:
            exec(code, namespace)
        finally:
            self.tracer.stop()

    def begin(self, plan):
        if self.plan is not None:
            self.demands.drop(self.plan)
        self.plan = plan
        self.demand(plan)

    def demand(self, plan):
        self.demands.drop(plan)
        everywhere, local = plan.wants()
        self.demands.want_all(plan, everywhere)
        for code, events in local:
            self.demands.want(plan, code, events)

    def follow(self):
        if self.plan.moved():
            self.demand(self.plan)

    def code_found(self, code, frame):
        raise AssertionError("nobody asked for code")

    def line(self, frame, line):
        if self.plan is None or not self.plan.line(frame, line):
            return
        if frame.f_code.co_filename == self.path:
            self.stops.append([frame.f_code.co_name, line])
        if len(self.stops) < LIMIT:
            self.begin(self.stepping.Plan(self.kind, frame))
        else:
            self.tracer.stop()

    def start(self, frame):
        if frame.f_code.co_filename == self.path:
            self.plan.start(frame)
            self.follow()

    def py_return(self, frame, value):
        assert not self.plan.py_return(frame, value)
        self.follow()

    def py_yield(self, frame, value):
        self.plan.py_yield(frame)
        self.follow()

    def unwind(self, frame, exception):
        self.plan.unwind(frame)
        self.follow()

    def raised(self, frame, exception):
        raise AssertionError("nobody asked for exceptions")

    def checkpoint(self, frame):
        raise AssertionError("nobody interrupted")


class BdbStops(bdb.Bdb):
    """The same by the standard library's debugger."""

    def __init__(self, kind, path):
        super().__init__()
        self.kind = kind
        self.path = path
        self.stops = []
        self.errors = []

    def run_code(self, code, namespace):
        self.run(code, namespace)

    def is_ours(self, frame):
        return frame.f_code.co_filename == self.path

    def user_line(self, frame):
        if self.is_ours(frame):
            self.stops.append([frame.f_code.co_name, frame.f_lineno])
        if self.kind == "step":
            self.set_step()
        else:
            self.set_next(frame)

    def user_return(self, frame, value):
        if self.kind == "step":
            self.set_step()
        else:
            self.set_next(frame)


def main(tool, kind, path):
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    namespace = {"__name__": "__main__", "__file__": path}
    stops = OurStops(kind, path) if tool == "remora" else BdbStops(kind, path)
    try:
        (stops.run if tool == "remora" else stops.run_code)(code, namespace)
    except Exception as error:
        if type(error).__name__ != "Expected":
            raise
    if stops.errors:
        raise stops.errors[0]
    json.dump(stops.stops, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
