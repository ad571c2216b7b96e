"""The steps that are under way.

Knows which thread has which plan, and has the tracer asked for what plans need
to see.  What a plan means is `stepping`'s.  Any thread may call; reading
`by_thread` needs no lock, since it is replaced and never changed.
"""

from __future__ import annotations

from . import stepping
from .isolate import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from .demands import Demands
    from .stepping import Plan


class Plans:
    """One plan for a thread at most."""

    def __init__(self, demands: Demands) -> None:
        self._demands = demands
        self._lock = _thread.allocate_lock()
        #: By the ident of the thread.
        self.by_thread: dict[int, Plan] = {}

    def begin(self, ident: int, plan: Plan) -> None:
        """Follow `plan` on this thread, instead of what it had."""
        with self._lock:
            replaced = self.by_thread.get(ident)
            self.by_thread = {**self.by_thread, ident: plan}
        if replaced is not None:
            self._demands.drop(replaced)
        self.demand(plan)

    def stop_at_entry(self, ident: int) -> None:
        """Stop this thread at the first line of the program that it runs."""
        self.begin(ident, stepping.Plan(stepping.ENTRY, None, module="__main__", reason="entry"))

    def stop_in(self, frame: FrameType, hit_ids: tuple[int, ...]) -> None:
        """Stop the calling thread, which enters `frame`, at its first line."""
        plan = stepping.Plan(stepping.ENTRY, None, reason="function breakpoint", hit_ids=hit_ids)
        plan.start(frame)
        self.begin(_thread.get_ident(), plan)

    def demand(self, plan: Plan) -> None:
        """Ask the tracer for what `plan` needs to see now."""
        self._demands.replace(plan, *plan.wants())

    def end(self, plan: Plan) -> None:
        """Forget a step that came to its end."""
        with self._lock:
            self.by_thread = {ident: each for ident, each in self.by_thread.items() if each is not plan}
        self._demands.drop(plan)

    def drop(self, ident: int) -> None:
        """Forget the step of this thread, if it has one."""
        plan = self.by_thread.get(ident)
        if plan is not None:
            self.end(plan)

    def drop_all(self) -> None:
        """Forget all steps."""
        with self._lock:
            plans, self.by_thread = self.by_thread, {}
        for plan in plans.values():
            self._demands.drop(plan)
