"""What is measured, and what remora has to reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A row of the table.  Limits are those of remora, in `unit`; None where none is set."""

    name: str
    unit: str
    #: For interpreters with `sys.monitoring`.
    limit: float | None
    #: For those without.
    old_limit: float | None

    def limit_for(self, version: str) -> float | None:
        minor = int(version.split(".")[1])
        if self in (HELD, STALL):
            return self.limit if minor >= 14 else self.old_limit
        return self.limit if minor >= 12 else self.old_limit

    @property
    def target(self) -> str:
        """Both limits, as the table shows them."""
        shown = ["-" if limit is None else f"{limit:g}" for limit in (self.limit, self.old_limit)]
        return shown[0] if shown[0] == shown[1] else " / ".join(shown)


FIRST_STACK = Quantity("attach to a busy program, first stack, as a command", "ms", 150, 150)
FIRST_STACK_DAP = Quantity("the same through DAP, in a process that runs", "ms", 150, 150)
PROMPT = Quantity("attach to a busy program, prompt of the console", "ms", 350, 350)
SHELL_PROMPT = Quantity("the same, prompt of the shell", "ms", 350, 350)
HELD = Quantity("stopped by ptrace during attach, program busy", "ms", 10, 50)
HELD_ASLEEP = Quantity("stopped by ptrace during attach, program asleep in C", "ms", 50, 50)
STALL = Quantity("longest stall of a busy program during attach", "ms", 10, 50)
PAUSE_ASLEEP = Quantity("pause to stopped, thread asleep in C", "ms", 5, 5)
CONTROL = Quantity("control of the ratios: no debugger at all", "x", None, None)
IDLE_CALLS = Quantity("attached, nothing watched: calls", "x", 1.02, 1.02)
IDLE_LOOP = Quantity("attached, nothing watched: loop", "x", 1.02, 1.02)
COLD_CALLS = Quantity("breakpoint in a cold function of the file: calls", "x", 1.02, 3)
COLD_LOOP = Quantity("breakpoint in a cold function of the file: loop", "x", 1.02, 3)
NEVER_CALLS = Quantity("never-reached line in the hot function: calls", "x", 1.02, None)
NEVER_LINE = Quantity("the same, calls in a conditional expression", "x", 1.02, None)
NEVER_LOOP = Quantity("never-reached line in the hot function: loop", "x", 1.02, None)
CONDITION = Quantity("condition that is false, an evaluation", "us", 1, None)
LOGPOINT = Quantity("logpoint, a hit with its text delivered", "us", 5, 5)
UNHANDLED = Quantity("filter userUnhandled, an exception handled by the caller", "us", 1, None)
NEXT = Quantity("next to stopped, stack, scopes and variables", "ms", 0.7, 0.7)
NEXT_OVER = Quantity("next over a long call, against the bare call", "x", 1.05, None)
THOUSAND = Quantity("1,000 breakpoints over 200 files, while stopped", "ms", 100, 100)
THREADS = Quantity("a hit with 200 threads, to the stack", "ms", 5, 5)
DEEP = Quantity("a stack of 2,000 frames, all of it", "ms", None, None)
LARGE = Quantity("a list of 1,000,000, its first 100 elements", "ms", None, None)
TASKS = Quantity("10,000 asyncio tasks, the first 100", "ms", None, None)
LAUNCH = Quantity("adapter started, launch, first breakpoint, stack", "ms", None, None)
RUN = Quantity("run to the first breakpoint, with stack", "ms", 150, 150)
FAR_LOCATION = Quantity("100 ms away, over SSH: next to the location", "RTT", 1.2, 1.2)
FAR_SCREEN = Quantity("the same, to the source and a display", "RTT", 3, 3)
FAR_NEW_FILE = Quantity("the same, for the first stop in a file", "RTT", 3, 3)
SERVER_ALONE = Quantity("asyncio server, 20 clients: slowest of 100 answers", "ms", None, None)
SERVER_WATCHED = Quantity("the same, three shells open", "ms", None, None)
SERVER_SHELLS = Quantity("the same, three shells at work", "ms", None, None)
SERVER_ENDLESS = Quantity("the same, `while True: pass` in one", "ms", None, None)
MEMORY = Quantity("memory added", "MiB", 4, 4)
THREADS_ADDED = Quantity("threads added", "", 1, 1)
MODULES_ADDED = Quantity("modules added, of the standard library", "", 40, 40)
ROUNDS_FAILED = Quantity("500 attaches one after the other, failed", "", 0, 0)
ROUNDS_GROWTH = Quantity("the same, memory added from the 100th on", "MiB", 1, 1)
KILLS_MAPS = Quantity("200 killed debuggers, mappings left", "", None, None)
MODULES_LEFT = Quantity("modules left after detach, of any kind", "", None, None)
STACK = Quantity("remora stack, as a command", "ms", None, None)
STACK_STALL = Quantity("the program stopped or delayed meanwhile", "ms", None, None)
STACK_LOCALS = Quantity("remora stack --locals", "ms", None, None)
STACK_LOCALS_STALL = Quantity("delayed meanwhile by --locals", "ms", None, None)
STACK_PAUSE = Quantity("remora stack --pause", "ms", None, None)
STACK_PAUSE_STALL = Quantity("delayed meanwhile by --pause", "ms", None, None)
STACK_PAUSE_LOCALS = Quantity("remora stack --pause --locals", "ms", None, None)
STACK_PAUSE_LOCALS_STALL = Quantity("delayed meanwhile by --pause --locals", "ms", None, None)
PY_SPY = Quantity("py-spy dump", "ms", None, None)
PY_SPY_STALL = Quantity("delayed by py-spy dump", "ms", None, None)
PY_SPY_LOCALS = Quantity("py-spy dump --locals", "ms", None, None)
PY_SPY_LOCALS_STALL = Quantity("delayed by py-spy dump --locals", "ms", None, None)
PYSTACK = Quantity("pystack remote", "ms", None, None)
PYSTACK_STALL = Quantity("delayed by pystack remote", "ms", None, None)
PYSTACK_LOCALS = Quantity("pystack remote --locals", "ms", None, None)
PYSTACK_LOCALS_STALL = Quantity("delayed by pystack remote --locals", "ms", None, None)

ALL = [value for value in list(globals().values()) if isinstance(value, Quantity)]
