"""The way in for a main thread that runs Python code: a pending call, queued by a call on that thread.

Needs no allocator, so the thread may be anywhere.  The first stage runs in the
main thread between two bytecodes.  Not used from 3.13 on, where a call that
waits for the queue's lock cannot be given up (`probe.Interpreter`).
"""

from __future__ import annotations

import time

from .. import reasons
from ..progress import BEGUN, LEFT_LYING
from ..turn import turn
from . import site as sites
from .call import BorrowedThread, CallFailed
from .own_thread import run_in_own_thread
from .scratch import NOT_STARTED, MappingRefused, Scratch
from .tracee import AlreadyTraced, Gone, Tracee

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..first_stage_text import FirstStage
    from ..probe import Target
    from ..reasons import AttachError

NAME = "pending-call"

_PATIENCE = 0.1
_TRIES = 5
_RETRY = 0.002


def refusal(target: Target) -> AttachError | None:
    """What speaks against it for `target`."""
    process = target.process
    if not target.interpreter.pending_call_can_be_given_up:
        return target.error(reasons.PENDING_CALL_UNSAFE, version=target.interpreter.version)
    if process.state(process.pid) in "ZX":
        return target.error(reasons.MAIN_NOT_RUNNING, doing="it has ended")
    return sites.refusal(target)


def start(target: Target, first_stage: FirstStage, deadline: float) -> Injection:
    """Queue the first stage.  Raises `AttachError`; the target is as it was then."""
    injection = Injection(target, first_stage.text())
    with turn(target.pid, deadline):
        run_in_own_thread(injection.run)
    return injection


class Injection:
    """One pending call in the target.  `run` belongs to one tracing thread; the rest to any."""

    def __init__(self, target: Target, code: str) -> None:
        #: Seconds for which the main thread was stopped.
        self.held = 0.0
        self._target = target
        self._site = sites.Site(target)
        self._code = code
        self._scratch: Scratch | None = None

    def run(self) -> None:
        for _ in range(_TRIES):
            if self._run_once():
                return
            time.sleep(_RETRY)  # the thread held the queue's lock, and now gives it back
        raise self._target.error(reasons.NO_SAFE_PLACE)

    def progress(self) -> str:
        """By the control block, which the call removes at its end."""
        return LEFT_LYING if self._scratch and self._scratch.state() == NOT_STARTED else BEGUN

    def give_up(self) -> None:
        """Nothing is left to be undone: the call finds our door closed and removes its traces."""

    def _run_once(self) -> bool:
        tracee = Tracee(self._target.pid)
        try:
            with tracee:
                return self._site.stop(tracee) and self._queue_unless_blocked(tracee)
        except (Gone, ProcessLookupError):
            raise self._target.error(reasons.MAIN_NOT_RUNNING, doing="it has ended") from None
        except CallFailed:
            return False
        except AlreadyTraced as error:
            raise self._target.traced_by(error.tracer) from None
        except PermissionError:
            raise self._target.denied() from None
        finally:
            self.held += tracee.held

    def _queue_unless_blocked(self, tracee: Tracee) -> bool:
        registers = self._site.processor.read_registers(tracee.tid)
        if registers.blocked_in is not None:
            raise self._target.error(reasons.MAIN_NOT_RUNNING, doing="it waits in a system call")
        return self._queue(tracee)

    def _queue(self, tracee: Tracee) -> bool:
        site = self._site
        # Each try has memory of its own: one that was given up may have been queued none the less.
        scratch = Scratch(site.memory, site.processor, site.api, self._code)
        with BorrowedThread(tracee, site.memory, site.processor, site.trampoline) as thread:
            try:
                scratch.allocate(thread)
            except MappingRefused as refused:
                raise self._target.error(reasons.NO_MEMORY, call="map memory", errno=refused.errno) from None
            thread.call(scratch.queue_stub, scratch.block, patience=_PATIENCE)
            if scratch.result() == 0:
                self._scratch = scratch
                return True
            scratch.free(thread)  # the queue is full
            return False
