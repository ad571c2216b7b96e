"""What a pid is, found out from outside and without touching it.

Decides whether a process can be attached to at all, and says why not; what is
in the way of one way in is that way's to say.  Versions of Python are compared
here and nowhere else in `inject`.
"""

from __future__ import annotations

import os

from . import reasons
from .memory import Memory
from .process import Process, command_of, is_ending, may_trace_all, origin_of
from .ptrace.elf import NotElf, OtherWordSize, Symbols
from .ptrace.maps import Maps
from .turn import stranger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .memory import Readable
    from .ptrace.maps import Image
    from .reasons import AttachError, Reason

_COOKIE = b"xdebugpy"
_RELEASED = 0xF0
#: How often a process is looked at that becomes another one meanwhile.
_LOOKS = 5


class Target:
    """A process to attach to.  Any one thread; `close` it when done.

    Raises `AttachError` (GONE) if there is no such process.  Everything else
    that speaks against attaching is in `refusal`, so that it can be shown in a
    list; `interpreter` and `memory` are there only if that is None.
    """

    interpreter: Interpreter
    memory: Memory
    maps: Maps

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self.process = Process(pid)
        except FileNotFoundError:
            raise reasons.GONE.error(pid=pid) from None
        self._memory: Memory | None = None
        self.refusal = self._look()

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    @property
    def origin(self) -> str:
        """Whose code the process runs: its user, root directory and mount namespace."""
        return origin_of(self.pid, self.process.proc)

    def error(self, reason: Reason, **words: int | str) -> AttachError:
        """An error about this process."""
        return reason.error(pid=self.pid, **words)

    def traced(self, tid: int | None = None) -> AttachError | None:
        """The error that names who traces the process or one thread of it; None if nobody does."""
        tracer = self.process.tracer(tid)
        return self.traced_by(tracer) if tracer else None

    def traced_by_stranger(self) -> AttachError | None:
        """The same, but not of another remora or of a tracer that is ending, both of which pass."""
        tracer = stranger(self.pid, self.process.tracer)
        return self.traced_by(tracer) if tracer and not is_ending(tracer) else None

    def traced_by(self, tracer: int) -> AttachError:
        """The error that names process `tracer`, which traces this one or a thread of it."""
        return self.error(reasons.TRACED, tracer=command_of(tracer), tracer_pid=tracer)

    def denied(self) -> AttachError:
        """Why the kernel does not let us at the process, which it just did not."""
        return _denial(self.process)

    def _look(self) -> AttachError | None:
        process = self.process
        if process.is_kernel_thread:
            return self.error(reasons.KERNEL_THREAD, command=process.command)
        if process.has_ended:
            return self.error(reasons.ZOMBIE, parent=process.parent)
        if process.is_stopped:
            return self.error(reasons.STOPPED)
        for _ in range(_LOOKS):
            try:
                return self._look_inside()
            except PermissionError:
                return self.denied()
            except (FileNotFoundError, ProcessLookupError):
                return self.error(reasons.GONE)
            except OSError:
                # Its memory has gone: it has ended, or runs another program since (execve).
                self.close()
            if process.has_ended:
                return self.error(reasons.GONE)
        return self.error(reasons.NOT_PYTHON, command=process.command)

    def _look_inside(self) -> AttachError | None:
        """Raises `OSError`."""
        self.maps = Maps(self.process.proc)
        self.memory = self._memory = Memory(self.process.proc)
        return self._find_interpreter()

    def _find_interpreter(self) -> AttachError | None:
        found: Reason = reasons.NOT_PYTHON
        for image in sorted(self.maps.images, key=_likelihood):
            try:
                symbols = Symbols(self.memory, image.base)
            except OtherWordSize:
                return self.error(reasons.OTHER_WORD_SIZE)
            except (NotElf, OSError):
                continue  # a data file, or one that is being unmapped
            if symbols.address("Py_GetVersion") is None:
                continue
            self.interpreter = Interpreter(self.memory, symbols)
            if self.interpreter.is_supported:
                return None
            return self.error(reasons.PYTHON_2 if self.interpreter.is_python_2 else reasons.TOO_OLD)
        if _is_named_python(self.maps, self.process):
            found = reasons.NO_SYMBOLS
        return self.error(found, command=self.process.command)


class Interpreter:
    """The CPython in a process: where it is and what it can do."""

    def __init__(self, memory: Readable, symbols: Symbols) -> None:
        self.symbols = symbols
        self.is_python_2 = symbols.address("PyString_FromString") is not None
        #: `_PyRuntime`; 0 in versions before 3.7.
        self.runtime = symbols.address("_PyRuntime") or 0
        #: As `sys.hexversion`; before 3.11 only the first two numbers are known.
        self.hexversion = _hexversion(memory, symbols)
        header = memory.read(self.runtime, 24) if self.runtime else b""
        self.has_debug_offsets = header.startswith(_COOKIE)
        self.is_free_threaded = self.has_debug_offsets and any(header[16:24])

    @property
    def version(self) -> str:
        """For people: "3.12"."""
        return f"{self.hexversion >> 24}.{self.hexversion >> 16 & 0xFF}"

    @property
    def is_supported(self) -> bool:
        return self.hexversion >= 0x03080000

    @property
    def is_released(self) -> bool:
        """Whether internal structures are those of the release: they change until then."""
        return self.hexversion & _RELEASED == _RELEASED

    @property
    def has_remote_exec(self) -> bool:
        """PEP 768: code can be left for the interpreter to run at its next safe point."""
        return self.hexversion >= 0x030E0000

    @property
    def pending_call_can_be_given_up(self) -> bool:
        """Whether a call of Py_AddPendingCall that waits for its lock may be abandoned.

        From 3.13 on the lock is a PyMutex, whose list of waiters would keep an
        entry on a stack that is used for other things by then.
        """
        return self.hexversion < 0x030D0000


def _hexversion(memory: Readable, symbols: Symbols) -> int:
    stored = symbols.address("Py_Version")
    if stored is not None:
        return memory.u32(stored)
    for version, name in _FIRST_WITH:
        if symbols.address(name) is not None:
            return version
    return 0


#: Functions that came with a version, for those that do not export their number.
_FIRST_WITH = (
    (0x030A00F0, "Py_NewRef"),
    (0x030900F0, "PyFrame_GetCode"),
    (0x030800F0, "PyConfig_InitPythonConfig"),
)


def _likelihood(image: Image) -> int:
    """Where to look first: an executable may be a small one that loads libpython."""
    if image.name.startswith("libpython"):
        return 0
    return 1 if image.name.startswith("python") else 2


def _is_named_python(maps: Maps, process: Process) -> bool:
    names = [image.name for image in maps.images[:1]] + [process.command]
    return any(name.startswith("python") for name in names)


def _denial(process: Process) -> AttachError:
    pid = process.pid
    you, your_group = os.geteuid(), os.getegid()
    scope = _yama_scope()
    if you and not may_trace_all():
        if set(process.uids[:3]) != {you}:
            return reasons.WRONG_USER.error(pid=pid, owner=_user_name(process.uid), you=_user_name(you))
        if set(process.gids[:3]) != {your_group}:
            return reasons.WRONG_GROUP.error(pid=pid, owner=process.gid, you=your_group)
        if os.stat(f"/proc/{pid}/mem").st_uid != process.uid:
            return reasons.NOT_DUMPABLE.error(pid=pid)
    if scope in _YAMA:
        return _YAMA[scope].error(pid=pid)
    return reasons.NO_CAPABILITY.error(pid=pid)


_YAMA = {1: reasons.YAMA_1, 2: reasons.YAMA_2, 3: reasons.YAMA_3}


def _yama_scope() -> int:
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
            return int(file.read())
    except FileNotFoundError:
        return 0  # a kernel without Yama


def _user_name(uid: int) -> str:
    import pwd

    try:
        return f"{pwd.getpwuid(uid).pw_name} (uid {uid})"
    except KeyError:
        return f"uid {uid}"
