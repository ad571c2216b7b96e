"""The debugger in this process: its parts, and what ties them together.

One exists at a time.  It lives from the first client to the last, runs on the
reader thread, and takes out everything that it put into the program when it
ends, however it ends.
"""

from __future__ import annotations

import sys

from . import tracing
from .adapter import Adapter
from .announcer import Announcer
from .breakpoint_calls import BreakpointCalls
from .breakpoints import Breakpoints
from .demands import Demands
from .errands import Errands
from .exceptions import ExceptionFilters
from .execution import Execution
from .handlers import all_handlers
from .handles import Handles
from .instruction_breakpoints import InstructionBreakpoints
from .instructions import Addresses
from .isolate import _thread, renew_lock
from .listener import Events
from .modules import Modules
from .output import Output
from .processes import ChildProcesses
from .reader import Handler, Reader
from .scoping import Scoping
from .signals import Signals
from .sources import Sources
from .stack import Stacks
from .statements import Statements
from .targets import Targets
from .threads import Stop, ThreadTable
from .turns import Turns
from .variables import VariableStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from typing import Any, Optional

    from .clients import Client
    from .prompts.table import Prompts
    from .threads import DebuggeeThread

#: Seconds between two looks at the clock, and for threads that the tracer does not hear of by itself.
_INTERVAL = 0.1


class Debugger(Handler):
    """Holds the parts, and does what concerns several of them."""

    def __init__(self, entry: Optional[_thread.LockType] = None, on_disconnect: str = "continue") -> None:
        self.tracer = tracing.choose()
        own_threads = self.tracer.own_threads()
        self.threads = ThreadTable(own_threads)
        self.demands = Demands(self.tracer)
        self.scoping = Scoping()
        self.sources = Sources(self.scoping)
        self.statements = Statements()
        self.handles = Handles()
        self.values = VariableStore(self.handles)
        self.goto_targets = Targets(self.handles)
        self.step_in_targets = Targets(self.handles)
        self.reader = Reader(self)
        self.announcer = Announcer(self.reader.clients, self._stop_details)
        self.threads.changed = self.announcer.thread_changed
        self.modules = Modules(self.scoping, lambda body: self.announcer.broadcast("module", body))
        self.addresses = Addresses()
        self.stacks = Stacks(self.handles, self.sources, self.modules, self.addresses)
        self.execution = Execution(
            self.tracer, self.threads, self.demands, self.announcer, self.resuming, self.left_behind
        )
        self.breakpoints = Breakpoints(
            self.tracer, self.demands, self.sources, self.statements, self.announcer.breakpoint_changed
        )
        self.instruction_breakpoints = InstructionBreakpoints(self.demands)
        self.breakpoint_calls = BreakpointCalls(self.execution.plans)
        self.execution.is_due = self._is_due
        self.exceptions = ExceptionFilters(self.demands, self.execution.stop_here)
        self.output = Output(self.sources, self.scoping, own_threads)
        #: Of all clients; there from the first one on.
        self.prompts: Optional[Prompts] = None
        self.adapter = Adapter(self, all_handlers())
        self.children = ChildProcesses(self.left_behind)
        self.errands = Errands(self.threads, self.demands, self.announcer.fault)
        self.signals = Signals(self.threads, self.execution, self.announcer, self.errands)
        self._turns = Turns()
        #: The program waits behind this lock until its client is configured (`launch`, a child process).
        self.entry = entry
        #: `onDisconnect` of clients that do not say.
        self.on_disconnect = on_disconnect
        #: The first client takes no part, and goes when the program begins.
        self._is_held = False
        #: This is a forked child that has found out, and everything is taken out.
        self._is_left = False
        #: The program stands still and waits for its next client.
        self._stays = False
        self._probes = -1
        self._faulty = False

    def run(self, sock: _socket.socket, held: bool = False) -> None:
        """Serve clients on this thread until the last has gone; then leave no trace.

        With `held` the first one only keeps the program from beginning.
        """
        own_threads = self.tracer.own_threads()
        own_threads.add(_thread.get_ident())
        try:
            events = Events(
                self.execution, self.breakpoints, self.instruction_breakpoints, self.exceptions, self.errands
            )
            self.tracer.start(events, self._fault_in_callback)
            self._is_held = held
            self.reader.add(sock)
            self.reader.run()
        finally:
            self._take_out()
            own_threads.discard(_thread.get_ident())

    def join(self, client: Client) -> None:
        """Let a client, whose options are known, take part in the session, have prompts, or observe."""
        self.execution.join(client)
        if client.debugs:
            self._stays = False
            self.breakpoint_calls.place()
        self.sources.news()  # what is there by now is no news

    def next_probe(self) -> int:
        """A number for a new breakpoint; the first is 0, as with debugpy."""
        self._probes += 1
        return self._probes

    def is_attached(self) -> bool:
        """Whether any client takes part in the session; those that only look do not."""
        return any(client.takes_part for client in self.reader.clients())

    # -- reader.Handler ------------------------------------------------------------------------

    def message(self, client: Client, message: dict[str, Any]) -> None:
        self.adapter.dispatch(client, message)

    def malformed(self, client: Client, text: str) -> None:
        client.event("output", {"category": "important", "output": text + "\n"})

    def lost(self, client: Client) -> None:
        """What a client had set goes with it; a program that it had stopped goes on with the last one."""
        took_part = client.takes_part
        for job in list(client.jobs.values()):
            job.cancel()
        if self.prompts is not None:
            self.prompts.drop(client)
        client.attached = False
        self.breakpoints.drop(client)
        self.instruction_breakpoints.drop(client)
        self.exceptions.drop(client)
        self.output.forget(client)
        self.children.drop(client)
        if took_part and not self.is_attached():
            self.breakpoint_calls.remove()
            self.signals.stop()
            self._stays = client.leaves_stopped and self.execution.is_any_stopped()
            if not self._stays:
                self.execution.release_all(by=client)
        if client.number == 1 or not self.reader.clients():
            # Whoever has started the program has gone, or nobody is left who could let it begin.
            self.open_entry()

    def may_end(self) -> bool:
        return not self._stays

    def left_behind(self) -> None:
        if self._is_left:
            return
        self._is_left = True
        # The session is the parent's: the copies are taken out, and nothing of the parent's is touched.
        self.breakpoint_calls.remove()
        self.announcer.ignore_exit()
        if self.prompts is not None:
            self.prompts.leave_child()
        self.output.stop()
        self.children.stop()
        self.signals.leave_child()
        self.tracer.stop()
        self.reader.abandon()
        self._turns.restore()
        renew_lock()
        package: Any = sys.modules["_remora"]
        package.__loader__.put_away()

    def tick(self, now: float) -> Optional[float]:
        self._turns.adapt()
        pending = False
        for client in self.reader.clients():
            self.adapter.expire(client, now)
            pending = pending or bool(client.jobs)
        pending = self.tracer.rescan() or pending
        pending = self.errands.look() or pending
        if self.prompts is not None:
            pending = self.prompts.look(now) or pending
        return _INTERVAL if pending else None

    # -- the program ---------------------------------------------------------------------------

    def resuming(self, thread: DebuggeeThread) -> None:
        """What was handed out for this thread is void from here on."""
        self.stacks.discard(thread)
        self.values.release(thread)
        self.goto_targets.discard(thread)
        self.step_in_targets.discard(thread)
        self.exceptions.forget()

    def moved(self, thread: DebuggeeThread, reason: str = "goto") -> None:
        """The thread stands elsewhere since a request; it is still stopped."""
        self.stacks.discard(thread)
        stop = thread.stop = Stop(reason)
        self.announcer.stopped(thread, stop, True)

    def open_entry(self) -> None:
        """Let a launched program begin."""
        entry, self.entry = self.entry, None
        if entry is None:
            return
        entry.release()
        for client in self.reader.clients():
            if self._is_held and client.number == 1:
                client.connection.open = False

    def _stop_details(self, client: Client, thread: DebuggeeThread) -> dict[str, Any]:
        """What a client asks for at each stop."""
        page = self.stacks.page(thread, 0, 1, client.scope)
        return {"thread": {"id": thread.id, "name": thread.name}, **page}

    def _is_due(self, stop: Stop) -> bool:
        if not self.is_attached():
            return False
        # Of the program's own making, which nothing that clients set can undo.
        is_call = stop.reason == "breakpoint" and not stop.hit_ids
        own = is_call or stop.reason == "signal" or stop.exception is not None
        are_set = self.breakpoints.are_set(stop.hit_ids) or self.instruction_breakpoints.are_set(stop.hit_ids)
        return own or are_set

    def _fault_in_callback(self, error: BaseException) -> None:
        """An error of ours on a thread of the program: the first one takes the hooks out for good."""
        if isinstance(error, RecursionError):
            return  # the program is at the end of its stack, where no callback has room; the event is lost
        if not self._faulty:
            self._faulty = True
            self.announcer.fault(error)
            self.tracer.stop()
            self.execution.release_all()

    def _take_out(self) -> None:
        if self.prompts is not None:
            self.prompts.stop()
        self.breakpoint_calls.remove()
        self.output.stop()
        self.children.stop()
        self.signals.stop()
        self.tracer.stop()
        self.execution.release_all()
        self.open_entry()
        self.reader.close()
        self._turns.restore()
