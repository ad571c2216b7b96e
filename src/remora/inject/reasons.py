"""Why a process cannot be attached to: every reason that there is, with what to do about it.

Decides the words.  It finds nothing out; `probe` and the ways in do that.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    Word = Union[int, str]


class AttachError(Exception):
    """The target is as it was.  `what` is wrong, `what_to_do` about it, and which `reason` it is."""

    def __init__(self, what: str, what_to_do: str, reason: Reason) -> None:
        super().__init__(f"{what} {what_to_do}")
        self.what = what
        self.what_to_do = what_to_do
        self.reason = reason


class Reason:
    """One kind of refusal: a name for programs, and two sentences with places for `str.format`."""

    def __init__(self, name: str, what: str, what_to_do: str, *, leaves_a_look: bool = False) -> None:
        self.name = name
        #: Whether it only keeps code out: the process can be looked at from outside.
        self.leaves_a_look = leaves_a_look
        self._what = what
        self._what_to_do = what_to_do

    def __repr__(self) -> str:
        return f"<Reason {self.name}>"

    def error(self, **words: Word) -> AttachError:
        """The error to raise; `words` are what the two sentences name."""
        return AttachError(self._what.format(**words), self._what_to_do.format(**words), self)


# What the process is

GONE = Reason(
    "gone",
    "There is no process {pid}.",
    "Look for the right one with `remora ps`.",
)
ZOMBIE = Reason(
    "zombie",
    "Process {pid} has ended; only its exit status is left, which its parent {parent} has not fetched.",
    "There is nothing to attach to.",
)
KERNEL_THREAD = Reason(
    "kernel-thread",
    "Process {pid} ({command}) is a thread of the kernel.",
    "Attach to a Python process; `remora ps` lists them.",
)
STOPPED = Reason(
    "stopped",
    "Process {pid} is stopped by a signal (SIGSTOP or Ctrl-Z).",
    "Let it go on with `kill -CONT {pid}` and attach again, "
    "or look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
NOT_PYTHON = Reason(
    "not-python",
    "Process {pid} ({command}) has no CPython interpreter in it.",
    "If a wrapper started Python, attach to its child; `remora ps` lists what is Python.",
)
PYTHON_2 = Reason(
    "python-2",
    "Process {pid} runs Python 2.",
    "remora debugs CPython 3.8 and newer.",
)
TOO_OLD = Reason(
    "too-old",
    "Process {pid} runs a Python older than 3.8.",
    "remora debugs CPython 3.8 and newer.",
)
NO_SYMBOLS = Reason(
    "no-symbols",
    "Process {pid} runs a statically linked Python ({command}) that exports no symbols.",
    "Use an interpreter that can load extension modules, or prepare the program with `import remora`.",
)
OTHER_WORD_SIZE = Reason(
    "32-bit",
    "Process {pid} is a 32-bit program.",
    "remora attaches to 64-bit programs; prepare this one with `import remora`.",
)
OTHER_PROCESSOR = Reason(
    "processor",
    "remora cannot inject code on this processor ({machine}).",
    "Use Python 3.14 or newer in the target, or prepare the program with `import remora`.",
)

# Who may

WRONG_USER = Reason(
    "wrong-user",
    "Process {pid} runs as user {owner}, and you are {you}.",
    "Run remora as that user, or with sudo.",
)
WRONG_GROUP = Reason(
    "wrong-group",
    "Process {pid} runs with group {owner}, and yours is {you}.",
    "Run remora with that group (`sg`, `newgrp`), or with sudo.",
)
NOT_DUMPABLE = Reason(
    "not-dumpable",
    "Process {pid} is protected by the kernel, since its executable is setuid, has capabilities, "
    "or asked for it with prctl.",
    "Run remora with sudo.",
)
YAMA_1 = Reason(
    "yama-1",
    "The kernel lets you trace only processes that you started from here (yama.ptrace_scope is 1).",
    "Run remora with sudo, or allow it until the next boot: sudo sysctl kernel.yama.ptrace_scope=0",
)
YAMA_2 = Reason(
    "yama-2",
    "The kernel lets only administrators trace processes (yama.ptrace_scope is 2).",
    "Run remora with sudo.",
)
YAMA_3 = Reason(
    "yama-3",
    "The kernel lets nobody trace processes until the next boot (yama.ptrace_scope is 3).",
    "Boot with kernel.yama.ptrace_scope set to less than 3, or prepare the program with `import remora`.",
)
NO_CAPABILITY = Reason(
    "no-capability",
    "You may not trace process {pid}: the capability CAP_SYS_PTRACE is missing, as it is in most containers.",
    "Start the container with --cap-add=SYS_PTRACE, or run remora on its host with sudo.",
)
TRACED = Reason(
    "traced",
    "Process {pid} is being traced already, by {tracer} (pid {tracer_pid}).",
    "End that debugger or tracer first, or look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)

# What is in the way of one way in or another

SECCOMP = Reason(
    "seccomp",
    "The seccomp filter of process {pid} does not let it {call}.",
    "Relax the filter, use Python 3.14 or newer, or prepare the program with `import remora`; "
    "meanwhile, look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
NO_MEMORY = Reason(
    "no-memory",
    "Process {pid} could not {call} (error {errno}): it is at a limit, or SELinux forbids executable memory.",
    "Raise its limits, use Python 3.14 or newer, or prepare the program with `import remora`; "
    "meanwhile, look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
SHADOW_STACK = Reason(
    "shadow-stack",
    "Process {pid} runs with a shadow stack, in which no call can be placed.",
    "Use Python 3.14 or newer, or start it without GLIBC_TUNABLES for shadow stacks; "
    "meanwhile, look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
NO_SAFE_PLACE = Reason(
    "no-safe-place",
    "No thread of process {pid} came to a place where code can safely be placed.",
    "Attach again, since it depends on what the program is doing at the moment, or "
    "look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
NO_LIBC = Reason(
    "no-libc",
    "Process {pid} has no C library that remora knows.",
    "Prepare the program with `import remora`.",
)
NO_REMOTE_EXEC = Reason(
    "no-remote-exec",
    "Remote execution came with Python 3.14, and process {pid} runs an older one.",
    "Nothing needs to be done: there are other ways in.",
)
REMOTE_EXEC_DISABLED = Reason(
    "remote-exec-disabled",
    "Remote execution is switched off in process {pid} "
    "(PYTHON_DISABLE_REMOTE_DEBUG, -X disable-remote-debug, or a build without it).",
    "Nothing needs to be done if ptrace is allowed; else start it without that setting.",
)
UNKNOWN_LAYOUT = Reason(
    "unknown-layout",
    "Process {pid} runs a Python {version} whose internal layout remora does not know.",
    "Nothing needs to be done if ptrace is allowed; else use a released version.",
)
MAIN_NOT_RUNNING = Reason(
    "main-not-running",
    "The main thread of process {pid} is not running Python code at the moment ({doing}).",
    "Nothing needs to be done: there are other ways in.",
)
OTHER_SCRIPT = Reason(
    "other-script",
    "The main thread of process {pid} has another debugger's script to run first, and does not come to that.",
    "Attach again when it runs Python code, or look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
PENDING_CALL_UNSAFE = Reason(
    "pending-call-unsafe",
    "A pending call cannot be given up safely on the Python {version} of process {pid}.",
    "Nothing needs to be done: there are other ways in.",
)
NO_PLACE_FOR_FILE = Reason(
    "no-place-for-file",
    "There is no directory in which process {pid} could be left a file (/tmp, /dev/shm, /var/tmp, /run).",
    "Nothing needs to be done if ptrace is allowed; else give it a writable /tmp.",
)
UNREACHABLE = Reason(
    "unreachable",
    "Process {pid} is in another network namespace, and has no writable directory to meet in.",
    "Run remora as root, or give the process a writable /tmp.",
)

# What it does when our code is in

GIL_HELD = Reason(
    "gil-held",
    "Process {pid} does not release the GIL: a thread of it is deep in C code, or waits with the GIL held.",
    "Look at it from outside with `remora stack {pid} --native`.",
    leaves_a_look=True,
)
NO_ANSWER = Reason(
    "no-answer",
    "Process {pid} did not answer within {seconds} s.",
    "It may be ending, out of file descriptors, or very busy; attach again, "
    "or look at it from outside with `remora stack {pid}`.",
    leaves_a_look=True,
)
BUNDLE_REFUSED = Reason(
    "bundle-refused",
    "The agent could not start in process {pid}: {text}",
    "Attach again; if it happens again, report it with this text.",
)
NOT_STARTED = Reason(
    "not-started",
    "The program's Python ended before it ran anything (exit status {status}).",
    "Look at what it has printed, and at the options given to it.",
)
