"""The Python processes of this host, as /proc shows them.

Decides what is a Python process and of which version, by the files that it has
mapped: a program can call itself what it likes.  Must not know whether it can
be attached to.  Any thread.
"""

from __future__ import annotations

import os
import pwd
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

#: Programs that are the interpreter, as their files are called.
_INTERPRETER = re.compile(r"python(?:(\d)(?:\.(\d+))?)?[a-z]*")
#: What the interpreter is loaded from, or loads: its library, and modules of the standard library.
_LIBRARY = re.compile(rb"/(?:libpython|python)([23])\.(\d+)[a-z]*(?:\.so|\.dylib|/)")
#: What `inject.launch` has Python read its first stage by.
_LAUNCHER = re.compile(r"exec\(__import__\('posix'\)\.read\(\d+,\d+\),\{\}\)")


@dataclass(frozen=True)
class PythonProcess:
    """A process with CPython in it, as it was when it was looked at."""

    pid: int
    #: As in "3.12", or "" if only the process itself could tell.
    version: str
    #: As `user` tells it.
    user: str
    #: What it says that it was started with, which it can change; without what remora has put there.
    argv: tuple[str, ...]
    #: Its working directory, or "" if we may not know.
    cwd: str
    #: When it began, in seconds since 1970.
    started: float

    @property
    def command(self) -> str:
        """The command line, as a shell would take it."""
        return shlex.join(self.argv)

    @property
    def is_remora(self) -> bool:
        """Whether it is a debugger itself, on whose command line a program's name may stand too."""
        pairs = zip(self.argv[1:5], ("", *self.argv[1:5]), strict=False)
        return any(
            word.endswith("/remora") or (before == "-m" and word.split(".")[0] == "remora")
            for word, before in pairs
        )


def processes() -> list[PythonProcess]:
    """All of them but this one, by pid."""
    pids = sorted(int(name) for name in os.listdir("/proc") if name.isdecimal())
    found = (look(pid) for pid in pids if pid != os.getpid())
    return [process for process in found if process]


def find(text: str) -> list[PythonProcess]:
    """Those whose command line has `text` in it, without debuggers, this one and those that started it."""
    ours = set(_ancestors(os.getpid()))
    return [
        process
        for process in processes()
        if text in process.command and process.pid not in ours and not process.is_remora
    ]


def look(pid: int) -> PythonProcess | None:
    """The process, if it is there and has CPython in it."""
    try:
        version = _version(pid)
        return None if version is None else _describe(pid, version)
    except (FileNotFoundError, ProcessLookupError):
        return None  # it has ended


def _version(pid: int) -> str | None:
    """As in `PythonProcess.version`; None if it is no Python process."""
    proc = live_directory(pid)
    try:
        # The kernel follows links, so that this is the name of the file itself.
        program = os.readlink(f"{proc}/exe").removesuffix(" (deleted)")
    except PermissionError:
        return _version_by_name((_argv(pid) or ("",))[0])
    named = _version_by_name(program)
    if named:
        return named
    try:
        with open(f"{proc}/maps", "rb") as file:
            match = _LIBRARY.search(file.read())
    except PermissionError:
        return named
    return f"{int(match[1])}.{int(match[2])}" if match else named


def _version_by_name(program: str) -> str | None:
    match = _INTERPRETER.fullmatch(program.rpartition("/")[2])
    if not match:
        return None
    return f"{match[1]}.{match[2]}" if match[2] else ""


def _describe(pid: int, version: str) -> PythonProcess:
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    return PythonProcess(
        pid=pid,
        version=version,
        user=user(pid),
        argv=_without_launcher(_argv(pid)),
        cwd=_cwd(pid),
        started=_boot_time() + int(fields[19]) / os.sysconf("SC_CLK_TCK"),
    )


def user(pid: int) -> str:
    """The name of the user that a process runs as, or the number if it has none."""
    return _user_name(_uid(pid))


def live_directory(pid: int) -> str:
    """The directory in /proc of a thread that lives: that of an ended first thread shows no files."""
    proc = f"/proc/{pid}"
    if _state(proc) not in "ZX":
        return proc
    for tid in os.listdir(f"{proc}/task"):
        task = f"{proc}/task/{tid}"
        if _state(task) not in "ZX":
            return task
    raise ProcessLookupError(pid)


def _state(proc: str) -> str:
    with open(f"{proc}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split(maxsplit=1)[0].decode()


def _argv(pid: int) -> tuple[str, ...]:
    with open(f"{live_directory(pid)}/cmdline", "rb") as file:
        # A program that gives itself a title leaves what it does not need of the place as zeros.
        text = os.fsdecode(file.read()).rstrip("\0 ")
    return tuple(text.split("\0")) if text else ()


def _without_launcher(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The words as the user gave them: a program that remora runs has the text of `inject.launch` before."""
    for at, word in enumerate(argv[1:-1], 1):
        if word == "-c" and _LAUNCHER.fullmatch(argv[at + 1]):
            return (*argv[:at], *argv[at + 2 :])
    return argv


def _cwd(pid: int) -> str:
    try:
        return os.readlink(f"{live_directory(pid)}/cwd")
    except PermissionError:
        return ""


def _uid(pid: int) -> int:
    """The effective user id.  The owner of the directory is root's if the process is protected."""
    with open(f"/proc/{pid}/status", "rb") as file:
        match = re.search(rb"^Uid:\t\d+\t(\d+)", file.read(), re.MULTILINE)
    assert match, "the format of /proc/PID/status, proc(5)"
    return int(match[1])


@cache
def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@cache
def _boot_time() -> int:
    with open("/proc/stat", "rb") as file:
        match = re.search(rb"^btime (\d+)", file.read(), re.MULTILINE)
    assert match, "the format of /proc/stat, proc(5)"
    return int(match[1])


def _ancestors(pid: int) -> Iterator[int]:
    while pid:
        yield pid
        with open(f"/proc/{pid}/stat", "rb") as file:
            pid = int(file.read().rpartition(b")")[2].split()[1])
