"""What `pystack_reader` does with a core file: core(5), elf(5).

Decides which files the core is read with, and what is told of those that are
not here.  Runs in the process of `pystack_reader`: a core file may be hostile, too.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .looking import CannotLook
from .reader import Record

#: What si_code of siginfo_t is in a core that a debugger has made of a program that goes on (SI_KERNEL).
_ON_DEMAND = (signal.SIGSTOP, 0x80)


def read(question: Record, describe: Callable[[Any], Record]) -> Record:
    """Threads, and what the core tells of its process; `describe` gives the record of a thread."""
    from pystack.engine import CoreFileAnalyzer, NativeReportingMode, get_process_threads_for_core

    core = Path(question["core"])
    bare = CoreFileAnalyzer(core)
    mapped = list(dict.fromkeys(str(each.path) for each in bare.extract_maps() if each.path))
    executable = Path(question["executable"] or _executable(str(bare.extract_executable()), mapped))
    _check_program(core, executable, mapped)
    search = ":".join(_directories(executable, mapped))
    analyzer = CoreFileAnalyzer(core, executable, search)
    info = analyzer.extract_ps_info()
    found: Record = {
        "pid": info["pid"],
        "command": _command(info["psargs"]),
        "end": _end(analyzer.extract_failure_info()),
        "missing": _missing(analyzer, executable),
        "others": _others(analyzer),
    }
    try:
        threads = get_process_threads_for_core(
            core,
            executable,
            library_search_path=search,
            native_mode=NativeReportingMode.ALL if question["native"] else NativeReportingMode.OFF,
            locals=question["locals"],
        )
    except Exception as error:  # whatever the library raises is an answer
        return {**found, "failure": str(error)}
    return {**found, "threads": [describe(each) for each in threads]}


def _executable(named: str, mapped: list[str]) -> str:
    """The program itself.  A core that was made from outside of its root names no file that is here."""
    real = os.path.realpath(named)
    if named in mapped or not mapped:
        return named
    return real if real in mapped else mapped[0]


def _check_program(core: Path, executable: Path, mapped: list[str]) -> None:
    """Raises `CannotLook` if it is another program by its name alone."""
    name = os.path.basename(os.path.realpath(executable))
    if mapped and name not in map(os.path.basename, mapped):
        raise CannotLook(
            f"{executable} is not the program of {core}, which is {mapped[0]}: "
            "give the program by --executable FILE"
        )


def _command(text: str) -> str:
    """The command line, of which the kernel keeps so much (ELF_PRARGSZ, with a zero at its end)."""
    return text.strip() + "…" * (len(os.fsencode(text)) >= 79)


def _directories(executable: Path, mapped: list[str]) -> Iterator[str]:
    """Where its libraries are if the program is in another root: `executable` is below that."""
    path = os.path.realpath(executable)
    for name in mapped:
        if path.endswith(name) and path != name:
            root = path.removesuffix(name)
            yield from dict.fromkeys(root + os.path.dirname(each) for each in mapped)
            return


def _missing(analyzer: Any, executable: Path) -> list[str]:
    paths = {str(path) for path in analyzer.missing_modules()}
    return sorted(paths | (set() if executable.exists() else {str(executable)}))


def _others(analyzer: Any) -> list[str]:
    """Files that are here, but are not those that the program had."""
    return sorted(
        {
            str(path)
            for path, there, here in analyzer.extract_build_ids()
            if there and here and there != here and os.path.exists(path)
        }
    )


def _end(failure: Record) -> str:
    """What the process died of; "" if it did not."""
    number, code = failure["si_signo"], failure["si_code"]
    if not number or (number, code) == _ON_DEMAND:
        return ""
    name = signal.Signals(number).name if number in iter(signal.Signals) else f"signal {number}"
    at = f" at address {failure['failed_addr']:#x}" if failure["failed_addr"] else ""
    sender = f", sent by process {failure['sender_pid']}" if failure["sender_pid"] else ""
    return f"{name}{at}{sender}"
