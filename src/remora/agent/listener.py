"""What happens at each event of the interpreter: the tracer's listener.

Runs on the threads of the program, inside the tracer's callbacks: `line` is
the hottest function of the agent.  It only asks the parts that may want a
stop, in the order breakpoints, exceptions, steps, and has execution stop.
"""

from __future__ import annotations

from .isolate import _thread
from .threads import Stop
from .tracing.base import Injected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Optional

    from .breakpoints import Breakpoints
    from .errands import Errands
    from .exceptions import ExceptionFilters
    from .execution import Execution
    from .instruction_breakpoints import InstructionBreakpoints
    from .stepping import Plan

get_ident = _thread.get_ident


class Events:
    """The `tracing.base.Listener` of a session."""

    def __init__(
        self,
        execution: Execution,
        breakpoints: Breakpoints,
        instructions: InstructionBreakpoints,
        exceptions: ExceptionFilters,
        errands: Errands,
    ) -> None:
        self._execution = execution
        self._plans = execution.plans
        self._breakpoints = breakpoints
        self._instructions = instructions
        self._exceptions = exceptions
        self._errands = errands
        self._waiting = errands.waiting

    def code_found(self, code: CodeType, frame: FrameType) -> None:
        self._breakpoints.install(code, frame.f_globals)

    def line(self, frame: FrameType, line: int) -> None:
        if self._waiting:
            self._errands.met()
        hits = self._breakpoints.hits(frame, line)
        plans = self._plans.by_thread
        plan = plans.get(get_ident()) if plans else None
        step_ends = plan is not None and plan.line(frame, line)
        if hits:
            self._stop(Stop(self._breakpoints.reason(hits), hit_ids=hits))
        elif plan is not None and step_ends:
            self._stop(Stop(plan.reason, hit_ids=plan.hit_ids, returned=plan.returned))

    def instruction(self, frame: FrameType, offset: int) -> None:
        hits = self._instructions.hits(frame, offset) if self._instructions.table else ()
        plan = self._plan()
        step_ends = plan is not None and plan.instruction(frame, offset)
        if hits:
            self._stop(Stop("instruction breakpoint", hit_ids=hits))
        elif plan is not None and step_ends:
            self._stop(Stop(plan.reason, returned=plan.returned))

    def start(self, frame: FrameType) -> None:
        if self._waiting:
            self._errands.met()
        hits = self._breakpoints.function_entered(frame)
        if hits:
            self._execution.plans.stop_in(frame, hits)
        plan = self._plan()
        if plan is not None:
            if plan.start(frame):
                self._stop(Stop(plan.reason, event=plan.event))
            else:
                self._follow(plan)

    def py_return(self, frame: FrameType, value: Any) -> None:
        if self._waiting:
            self._errands.met()
        plan = self._plan()
        if plan is None:
            return
        if plan.py_return(frame, value):
            stays = frame if plan.event else frame.f_back
            self._stop(Stop(plan.reason, frame=stays, returned=(value,), event=plan.event))
        else:
            self._follow(plan)

    def py_yield(self, frame: FrameType, value: Any) -> None:
        if self._waiting:
            self._errands.met()
        plan = self._plan()
        if plan is None:
            return
        if plan.py_yield(frame):
            self._stop(Stop(plan.reason, returned=(value,), event=plan.event))
        else:
            self._follow(plan)

    def called(self, frame: FrameType, code: CodeType) -> None:
        plan = self._plan()
        if plan is not None:
            plan.called(frame, code)
            self._follow(plan)

    def unwind(self, frame: FrameType, exception: Optional[BaseException]) -> None:
        if self._waiting:
            self._errands.met()
        plans = self._plans.by_thread
        plan = plans.get(get_ident()) if plans else None
        if plan is not None:
            plan.unwind(frame)
            self._follow(plan)
        stop = self._exceptions.unwound(frame, exception) if exception is not None else None
        if stop is not None:
            self._stop(stop)

    def raised(self, frame: FrameType, exception: BaseException) -> None:
        stop = self._exceptions.raised(frame, exception)
        plan = self._plan()
        if plan is not None and plan.raised(frame) and stop is None:
            stop = self._exceptions.stepped_to(exception, plan.event)
        if stop is not None:
            self._stop(stop)

    def checkpoint(self, frame: FrameType) -> None:
        try:
            self._execution.checkpoint()
        except BaseException as error:
            raise Injected(error) from None

    def _plan(self) -> Optional[Plan]:
        return self._plans.by_thread.get(get_ident())

    def _follow(self, plan: Plan) -> None:
        if plan.ended:
            self._plans.end(plan)
        elif plan.moved():
            self._plans.demand(plan)

    def _stop(self, stop: Stop) -> None:
        try:
            self._execution.stop_here(stop)
        except BaseException as error:
            raise Injected(error) from None
