"""Only builds are read whose structures are known."""

from __future__ import annotations

import struct

from remora.inject.probe import Interpreter
from remora.inject.ptrace.elf import Symbols
from remora.observe.memory.layouts import layout_of
from remora.observe.memory.spaces import AddressSpace

_VERSION, _RUNTIME = 0x1000, 0x2000


class Build(AddressSpace):
    """The start of `_PyRuntime` of a build, and its version."""

    def __init__(self, hexversion: int, *, free_threaded: int = 0, **told: int) -> None:
        super().__init__()
        runtime = bytearray(1024)
        runtime[:24] = b"xdebugpy" + struct.pack("<QQ", hexversion, free_threaded)
        for place, offset in told.items():
            struct.pack_into("<Q", runtime, int(place[1:]), offset)
        self._content = {_VERSION: struct.pack("<I", hexversion), _RUNTIME: bytes(runtime)}

    def _read(self, address: int, size: int) -> bytes:
        (start,) = (each for each in self._content if each <= address < each + 1024)
        return self._content[start][address - start : address - start + size]


class Exports(Symbols):
    """What every build exports since 3.11."""

    def __init__(self) -> None:
        self._places = {"Py_Version": _VERSION, "_PyRuntime": _RUNTIME}

    def address(self, name: str) -> int | None:
        return self._places.get(name)


#: What 3.14 tells of itself, by where it does.
TOLD = {"_40": 808, "_64": 7272, "_72": 7344, "_192": 8, "_208": 72, "_216": 152, "_256": 8, "_280": 80}


def is_known(build: Build) -> bool:
    return layout_of(build, Interpreter(build, Exports())) is not None


def test_releases_are_known() -> None:
    assert is_known(Build(0x030E0AF0, **TOLD))


def test_other_builds_are_not() -> None:
    assert not is_known(Build(0x030E0AF0, free_threaded=1, **TOLD))
    assert not is_known(Build(0x030E00A1, **TOLD)), "an alpha version"
    assert not is_known(Build(0x030E0AF0, **{**TOLD, "_216": 160})), "another layout than that of the release"
    assert not is_known(Build(0x031000F0, **TOLD)), "a version that nobody has looked at"
