"""A picture of what is left of a process in a core file.

Decides what is told of files that the core needs and that are not here.  One thread at a time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from . import records
from .kernel import Moment
from .looking import CannotLook, Wish
from .memory import CannotRead, Interior, TooLong
from .memory.core import CoreFile
from .picture import Picture, Thread
from .reader import Reader, ReaderFailed, Record
from .readings import Stack
from .waits import wait_of

#: How packed files begin, and what unpacks them.
_PACKED = {
    b"\x28\xb5\x2f\xfd": "zstd -d",
    b"\x04\x22\x4d\x18": "lz4 -d",
    b"\xfd7zXZ\0": "unxz -k",
    b"\x1f\x8b": "gunzip -k",
}
#: e_type of an ELF header (elf(5)): where it is, and that of a core file, in either byte order.
_TYPE, _CORES = slice(16, 18), (b"\4\0", b"\0\4")


def is_core(path: Path) -> bool:
    """Whether it is a file that is a core, by its header; a socket or a directory is none."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            header = file.read(18)
    except OSError:
        return False
    return header.startswith(b"\x7fELF") and header[_TYPE] in _CORES


def unpacker(path: Path) -> str:
    """The command that unpacks a file, as systemd-coredump packs cores; "" if it is not packed."""
    try:
        with path.open("rb") as file:
            beginning = file.read(6)
    except OSError:
        return ""
    return next((command for magic, command in _PACKED.items() if beginning.startswith(magic)), "")


def look(path: Path, wish: Wish, reader: Reader) -> Picture:
    """The picture of a core file.  Raises `CannotLook`."""
    _check(path, wish)
    try:
        record = _read(path, wish, reader)
    except ReaderFailed as failure:
        if failure.is_refusal:
            raise CannotLook(str(failure)) from None
        return _remnant(path, wish, _cut_off(path) or str(failure))
    notes = _notes(record)
    return Picture(
        pid=record["pid"] or None,
        core=str(path),
        version=records.version(record["threads"]),
        command=record["command"],
        threads=tuple(_threads(record, _moments(path, wish))),
        reader=record["reader"],
        notes=tuple(notes),
    )


def _remnant(path: Path, wish: Wish, reason: str) -> Picture:
    """What remora itself finds in a core that the library does not take.  Raises `CannotLook`."""
    try:
        with Interior(path, wish.executable) as interior:
            reading = interior.look(locals=wish.locals, time_limit=wish.time_limit).reading
    except (CannotRead, TooLong) as error:
        raise CannotLook(f"{path} shows no Python: {reason}") from error
    threads = [
        _thread(tid, reading.stacks[tid], moment, is_main=False) for tid, moment in reading.moments.items()
    ]
    note = f"some of it may not be shown: {reason}"
    return Picture(None, str(path), "", "", tuple(threads), reader=reading.reader, notes=(note,))


def _cut_off(path: Path) -> str:
    """How much of it there is, if that is not all."""
    size = path.stat().st_size
    try:
        with closing(CoreFile(path)) as core:
            return f"it is cut off after {size} of {core.size} bytes" if size < core.size else ""
    except OSError:
        return f"it is cut off after {size} bytes"


def _check(path: Path, wish: Wish) -> None:
    """Raises `CannotLook`."""
    if not path.exists():
        raise CannotLook(f"there is no file {path}")
    if not os.access(path, os.R_OK):
        raise CannotLook(f"you may not read {path}: be its user, or root")
    if command := unpacker(path):
        raise CannotLook(f"{path} is packed: unpack it first, by '{command} {path}'")
    if not is_core(path):
        raise CannotLook(f"{path} is no core file")
    if wish.executable is not None and not wish.executable.is_file():
        raise CannotLook(f"there is no program {wish.executable}")


def _read(path: Path, wish: Wish, reader: Reader) -> Record:
    """Raises `CannotLook` and `ReaderFailed`."""
    question = {
        "core": str(path),
        "executable": str(wish.executable or ""),
        "native": wish.native,
        "locals": wish.locals,
    }
    record = reader.ask(question, wish.time_limit)
    if not record.get("threads"):
        _check_files(path, record)
        raise ReaderFailed(record.get("failure") or "no thread of it ran Python")
    return record


def _check_files(path: Path, record: Record) -> None:
    """Raises `CannotLook` if others than these are needed."""
    if record["missing"]:
        raise CannotLook(
            f"{path} cannot be read without {_listed(record['missing'])}, which it was made with: "
            "give the program by --executable FILE, with its libraries below the same root"
        )
    if record["others"]:
        raise CannotLook(
            f"{path} was made with other files than those that are here: {_listed(record['others'])}; "
            "give the program by --executable FILE"
        )


def _notes(record: Record) -> list[str]:
    notes = []
    if record["end"]:
        notes.append(f"it was ended by {record['end']}")
    if record["missing"]:
        notes.append(f"missing here, so that some of it may not be shown: {_listed(record['missing'])}")
    if record["others"]:
        notes.append(f"changed since, so that what is shown may be wrong: {_listed(record['others'])}")
    cut = [str(each["tid"]) for each in record["threads"] if not records.is_whole(each)]
    if cut:
        threads = "thread" if len(cut) == 1 else "threads"
        notes.append(
            f"outer calls of {threads} {', '.join(cut)} may be missing: the core has not all of their stacks"
        )
    return notes


def _moments(path: Path, wish: Wish) -> dict[int, Moment]:
    """What its threads did, by their registers; none if it is a core of another kind of machine."""
    try:
        core = CoreFile(path, wish.executable)
    except OSError:
        return {}  # as `enrich` will say
    try:
        return core.moments()
    finally:
        core.close()


def _threads(record: Record, moments: dict[int, Moment]) -> list[Thread]:
    """The main thread first, which has the number of the process."""
    pid = record["pid"]
    parts = records.by_thread(record["threads"], {})
    tids = sorted({*parts, *moments}, key=lambda tid: (tid != pid, tid))
    stacks = {tid: records.stack(parts.get(tid, ())) for tid in tids}
    return [_thread(tid, stack, moments.get(tid), is_main=tid == pid) for tid, stack in stacks.items()]


def _thread(tid: int, stack: Stack, moment: Moment | None, *, is_main: bool) -> Thread:
    return Thread(
        tid=tid,
        name=stack.name,
        frames=stack.frames,
        is_main=is_main,
        holds_gil=stack.holds_gil,
        collects_garbage=stack.collects_garbage,
        wait=wait_of(None, moment) if moment else None,
    )


def _listed(paths: Sequence[str]) -> str:
    """The first few."""
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"
