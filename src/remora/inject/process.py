"""What /proc tells of a process, without touching its memory.

Knows nothing of Python.  Nothing here needs a permission beyond reading /proc,
except `syscall` and `root`, which need the one to trace.
"""

from __future__ import annotations

import os

_PF_EXITING, _PF_KTHREAD = 0x00000004, 0x00200000
_CAP_SYS_PTRACE = 19


class Process:
    """One process as it was when this was made; the threads and what they do are read anew each time.

    Raises `FileNotFoundError` if there is none.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._status = _fields(f"/proc/{pid}/status")
            stat = _stat(f"/proc/{pid}")
        except ProcessLookupError as error:  # it ended while we read
            raise FileNotFoundError(str(error)) from error
        self.command = self._status["Name"]
        self.parent = int(stat[1])
        self.is_kernel_thread = bool(int(stat[6]) & _PF_KTHREAD)
        #: Real, effective, saved and file system id.
        self.uids = [int(uid) for uid in self._status["Uid"].split()]
        self.gids = [int(gid) for gid in self._status["Gid"].split()]
        #: The pid by which the process knows itself.
        self.own_pid = int(self._status.get("NStgid", str(pid)).split()[-1])
        #: Whether a seccomp filter decides on its system calls.
        self.is_filtered = self._status.get("Seccomp", "0") != "0"
        self.has_shadow_stack = "shstk" in self._status.get("x86_Thread_features", "").split()
        self._thread = self._live_thread()

    @property
    def uid(self) -> int:
        """The effective user id, which files for the process must belong to."""
        return self.uids[1]

    @property
    def gid(self) -> int:
        return self.gids[1]

    @property
    def thread(self) -> int | None:
        """A live thread, the first one if it is; None when all have ended."""
        if self._thread is None or self.state(self._thread) in "ZX":
            self._thread = self._live_thread()
        return self._thread

    @property
    def proc(self) -> str:
        """The directory of a live thread.  That of an ended first thread shows neither memory nor root."""
        return f"/proc/{self.pid}/task/{self.thread or self.pid}"

    @property
    def has_ended(self) -> bool:
        return self.thread is None

    @property
    def is_stopped(self) -> bool:
        """Whether a signal (SIGSTOP, SIGTSTP) has stopped it, which stops all its threads."""
        return self.state(self.thread or self.pid) == "T"

    @property
    def cmdline(self) -> list[str]:
        with open(f"{self.proc}/cmdline", "rb") as file:
            return [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]

    def starved(self) -> float:
        """For how many seconds its threads have waited for a processor: all of them, since what each of them
        waits for, the GIL, may be with another that waits."""
        return sum(waited_for_processor(f"/proc/{self.pid}/task/{tid}") for tid in self.tids())

    def tids(self) -> list[int]:
        """The threads, the first one at the head."""
        try:
            return sorted(
                map(int, os.listdir(f"/proc/{self.pid}/task")), key=lambda tid: (tid != self.pid, tid)
            )
        except FileNotFoundError:
            return []

    def state(self, tid: int) -> str:
        """The letter of `ps`: R running, S asleep, D, T stopped, t traced, Z ended; X if it is gone."""
        return _state(f"/proc/{self.pid}/task/{tid}")

    def syscall(self, tid: int) -> int | None:
        """The number of the system call that a thread is blocked in; None while it runs or is gone."""
        try:
            with open(f"/proc/{self.pid}/task/{tid}/syscall", encoding="ascii") as file:
                number = file.read().split()[0]
        except (OSError, IndexError):
            return None
        return int(number) if number.lstrip("-").isdigit() else None

    def tracer(self, tid: int | None = None) -> int:
        """The pid of the process that traces a thread (the first by default); 0 if none does."""
        return tracer_of(tid or self.thread or self.pid)

    def handled_signals(self) -> int:
        """The signals that the program has handlers for, as a bit set."""
        return int(self._status.get("SigCgt", "0"), 16)

    def namespace(self, kind: str) -> tuple[int, int]:
        """Identifies the process's namespace of a kind ("net", "mnt", "pid", "user")."""
        status = os.stat(f"{self.proc}/ns/{kind}")
        return status.st_dev, status.st_ino

    def _live_thread(self) -> int | None:
        for tid in self.tids():
            if self.state(tid) not in "ZX":
                return tid
        return None


def origin_of(pid: int, proc: str = "") -> str:
    """Whose code a process runs: its user, root directory and mount namespace.

    `proc` is the directory of a live thread, if that of the process may be of
    an ended one.  Raises `OSError`.
    """
    proc = proc or f"/proc/{pid}"
    root = os.stat(proc + "/root/")
    mounts = os.stat(proc + "/ns/mnt")
    return f"{os.stat(proc).st_uid}:{root.st_dev}:{root.st_ino}:{mounts.st_ino}"


def tracer_of(tid: int) -> int:
    """The pid of the process that traces a thread; 0 if none does."""
    try:
        return int(_fields(f"/proc/{tid}/status")["TracerPid"])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def state_of(tid: int) -> str:
    """The state of a thread: see `Process.state`."""
    return _state(f"/proc/{tid}")


def is_ending(pid: int) -> bool:
    """Whether a process has ended, or is doing so and has given back its files."""
    try:
        return bool(int(_stat(f"/proc/{pid}")[6]) & _PF_EXITING)
    except (FileNotFoundError, ProcessLookupError):
        return True


def command_of(pid: int) -> str:
    """The short name of a process, or "a process that we cannot see"."""
    try:
        return _fields(f"/proc/{pid}/status")["Name"]
    except (FileNotFoundError, ProcessLookupError):
        return "a process that we cannot see"


def waited_for_processor(task: str) -> float:
    """For how many seconds a thread has waited for a processor; `task` is its directory below /proc.

    Source: kernel documentation, `scheduler/sched-stats`: nanoseconds on a processor, and waiting for one.
    """
    try:
        with open(task + "/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0  # the thread has gone, or the kernel does not count


def may_trace_all() -> bool:
    """Whether this process has CAP_SYS_PTRACE."""
    return bool(int(_fields("/proc/self/status")["CapEff"], 16) >> _CAP_SYS_PTRACE & 1)


def _fields(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        pairs = (line.partition(":") for line in file)
        return {name: value.strip() for name, _, value in pairs}


def _state(path: str) -> str:
    try:
        return _stat(path)[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def _stat(proc: str) -> list[str]:
    """The fields after the command, of which the first is the state."""
    with open(proc + "/stat", encoding="utf-8", errors="surrogateescape") as file:
        return file.read().rpartition(")")[2].split()
