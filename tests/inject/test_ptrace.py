"""The parts of tracing that can be looked at alone."""

from __future__ import annotations

import os
import re
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from remora.inject.memory import Memory
from remora.inject.ptrace import x86_64
from remora.inject.ptrace.elf import NotElf, OtherWordSize, Symbols
from remora.inject.ptrace.maps import Maps


@pytest.mark.parametrize("name", ["THREAD", "PENDING", "QUEUE"])
def test_machine_code_is_what_its_assembly_says(name: str, tmp_path: Path) -> None:
    listing = getattr(x86_64, f"{name}_LISTING")
    source = tmp_path / "stub.s"
    assembly = [line.partition(";")[2] for line in listing.splitlines()]
    source.write_text("\n".join([".intel_syntax noprefix", *assembly, ""]))
    subprocess.run(["as", "--64", "-o", tmp_path / "stub.o", source], check=True)
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", "stub.o", "stub"], check=True, cwd=tmp_path)
    assert (tmp_path / "stub").read_bytes().hex() == getattr(x86_64, f"{name}_STUB").hex()


def test_registers_keep_their_layout() -> None:
    values = {name: number for number, name in enumerate(x86_64._NAMES, 1000)}
    assert struct.unpack("<27Q", x86_64.Registers(values).content()) == tuple(range(1000, 1027))


def test_a_call_that_was_interrupted_is_known() -> None:
    asleep = x86_64.Registers(dict.fromkeys(x86_64._NAMES, 0)).changed(orig_rax=35, rax=-516)
    assert asleep.blocked_in == 35
    assert asleep.changed(rax=0).blocked_in is None
    assert asleep.changed(orig_rax=-1).blocked_in is None


@pytest.fixture
def own_memory() -> Iterator[Memory]:
    memory = Memory("/proc/self")
    yield memory
    memory.close()


def test_symbols_are_where_the_linker_finds_them(own_memory: Memory) -> None:
    import ctypes

    libc = next(image for image in Maps("/proc/self").images if image.name.startswith("libc.so"))
    symbols = Symbols(own_memory, libc.base)
    for name in ("mmap", "munmap", "getpid"):
        assert symbols.address(name) == ctypes.cast(getattr(ctypes.CDLL(None), name), ctypes.c_void_p).value
    assert symbols.address("no_such_function") is None


@pytest.mark.parametrize(
    ("header", "error"), [(b"\x7fELF\x01", OtherWordSize), (b"#!/bin/sh", NotElf), (b"\x7fELF\x02", NotElf)]
)
def test_what_is_no_image(header: bytes, error: type[NotElf], own_memory: Memory) -> None:
    import ctypes

    buffer = ctypes.create_string_buffer(header, 4096)
    with pytest.raises(NotElf) as caught:
        Symbols(own_memory, ctypes.addressof(buffer))
    assert caught.type is error


def test_code_belongs_to_its_image() -> None:
    import ctypes

    maps = Maps("/proc/self")
    address = ctypes.cast(ctypes.CDLL(None).malloc, ctypes.c_void_p).value
    assert address
    image = maps.image_at(address)
    assert image
    assert re.match(r"libc\.so", image.name)
    assert image.may_hold_allocator_locks
    assert maps.image_at(0) is None
    assert os.path.basename(os.readlink("/proc/self/exe")) in {image.name for image in maps.images}
