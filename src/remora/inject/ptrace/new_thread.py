"""The way in that always is one: a new thread, started by a call on a thread of the target.

The new thread takes the GIL as any foreign thread does, so it works whatever
the program's own threads are blocked in.
"""

from __future__ import annotations

import errno
import time

from .. import reasons
from ..patience import Patience
from ..progress import BEGUN, WAITS_FOR_GIL
from ..turn import turn
from . import scratch
from .call import BorrowedThread, CallFailed
from .own_thread import run_in_own_thread
from .scratch import MappingRefused, Scratch
from .site import Site, refusal
from .tracee import AlreadyTraced, Gone, Tracee

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..first_stage_text import FirstStage
    from ..probe import Target
    from ..reasons import AttachError

NAME = "new-thread"

_PATIENCE = 0.25
#: Seconds of `Patience`, and how many of the clock at most
_SEARCH, _SEARCH_AT_MOST = 1.2, 5.0
_RETRY = 0.002

__all__ = ["NAME", "Injection", "refusal", "start"]


def start(target: Target, first_stage: FirstStage, deadline: float) -> Injection:
    """Start the first stage on a new thread.  Raises `AttachError`; the target is as it was then."""
    injection = Injection(target, first_stage.text(is_own_thread=True))
    with turn(target.pid, deadline):
        run_in_own_thread(injection.run)
    return injection


class Injection:
    """One new thread in the target.  `run` belongs to one tracing thread; the rest to any."""

    def __init__(self, target: Target, code: str) -> None:
        #: Seconds for which threads of the target were stopped.
        self.held = 0.0
        self._target = target
        self._site = Site(target)
        self._scratch = Scratch(target.memory, self._site.processor, self._site.api, code)

    def run(self) -> None:
        try:
            self._search()
        except reasons.AttachError:
            self._free()
            raise

    def progress(self) -> str:
        """By the control block, which the thread removes at its end."""
        waits = self._scratch.state() in (scratch.NOT_STARTED, scratch.WAITS_FOR_GIL)
        return WAITS_FOR_GIL if waits else BEGUN

    def give_up(self) -> None:
        """Nothing is left to be undone: the thread finds our door closed and removes its traces."""

    def _search(self) -> None:
        patience = Patience(self._target.process, _SEARCH, _SEARCH_AT_MOST)
        while not patience.is_over():
            for tid in self._site.threads():
                if self._run_on(tid, patience):
                    return
            time.sleep(_RETRY)  # threads come and go, and leave the places where they were
        if not self._target.process.tids():
            raise self._target.error(reasons.GONE)
        raise self._target.traced() or self._target.error(reasons.NO_SAFE_PLACE)

    def _run_on(self, tid: int, patience: Patience) -> bool:
        tracee = Tracee(tid)
        try:
            with tracee:
                if not self._site.stop_safely(tracee, patience):
                    return False
                self._start_thread(tracee)
                return True
        except (Gone, ProcessLookupError, CallFailed, AlreadyTraced):
            return False  # another remora traces it for a moment, perhaps
        except PermissionError:
            raise self._target.denied() from None
        finally:
            self.held += tracee.held

    def _start_thread(self, tracee: Tracee) -> None:
        site = self._site
        with BorrowedThread(tracee, site.memory, site.processor, site.trampoline) as thread:
            try:
                self._scratch.allocate(thread)
            except MappingRefused as refused:
                raise self._refused("map memory", refused.errno) from None
            try:
                self._call_start(thread)
            except CallFailed as failed:
                if not failed.may_have_made(site.processor.CLONES):
                    raise
                # The thread is there all the same: it must not be started twice, nor lose its memory.

    def _call_start(self, thread: BorrowedThread) -> None:
        site, memory = self._site, self._scratch
        results = thread.call(site.start_thread, memory.thread_stub, memory.block, patience=_PATIENCE)
        cloned = [results[call] for call in site.processor.CLONES if call in results]
        if not any(result > 0 for result in cloned):
            memory.free(thread)
            raise self._refused("start a thread", -min(cloned, default=-errno.ENOMEM))

    def _refused(self, call: str, number: int) -> AttachError:
        if self._target.process.is_filtered and number in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            return self._target.error(reasons.SECCOMP, call=call)
        return self._target.error(reasons.NO_MEMORY, call=call, errno=number)

    def _free(self) -> None:
        """Take the scratch memory back, from whatever thread can be stopped: munmap needs no lock."""
        for tid in self._site.threads() if self._scratch.block else ():
            try:
                with Tracee(tid) as tracee:
                    if self._site.stop(tracee):
                        site = self._site
                        with BorrowedThread(tracee, site.memory, site.processor, site.trampoline) as thread:
                            self._scratch.free(thread)
                            return
            except (Gone, ProcessLookupError, CallFailed):
                continue
