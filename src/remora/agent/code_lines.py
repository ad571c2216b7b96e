"""Which lines of a file can be stopped at, and what its functions are called.

Read from code objects: those of the program, or those that compiling the file
gives (its `.pyc`, when that is fresh, spares the compilation).
"""

from __future__ import annotations

import marshal
import sys

from .compat import HAS_CO_LINES, HAS_CO_POSITIONS, HAS_RESUME
from .isolate import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Iterator, Optional


#: `code.co_flags` of generators, coroutines and asynchronous generators.
_SUSPENDS = 0x20 | 0x80 | 0x200

#: CO_NEWLOCALS: those of functions, not of class bodies.
_NEW_LOCALS = 2


def lines_of(code: Any) -> frozenset[int]:
    """The lines that belong to `code` itself, not to code nested in it."""
    if not HAS_CO_LINES:
        return frozenset(_lnotab_lines(code))
    begin = _body_offset(code)
    return frozenset([line for _, end, line in code.co_lines() if line and end > begin])


def first_column(code: Any, line: int) -> Optional[int]:
    """Where what `code` itself does on `line` begins, in bytes of UTF-8 from 0; None if that is not known."""
    if not HAS_CO_POSITIONS:
        return None
    # What the compiler adds, such as the return from a lambda, has no width.
    columns = [
        column
        for first, last, column, end in code.co_positions()
        if first == line and column is not None and (last, end) > (first, column)
    ]
    return min(columns, default=None)


class FileCode:
    """The code of one file: its lines, and what its functions are called."""

    def __init__(self, module: CodeType) -> None:
        self.lines: set[int] = set()
        self._codes: list[CodeType] = []
        self._names: dict[tuple[int, str], str] = {}
        waiting = [module]
        while waiting:
            code = waiting.pop()
            self._codes.append(code)
            self.lines |= lines_of(code)
            waiting += _nested(code)
        self._last = max(self.lines, default=0)

    def nearest(self, line: int) -> Optional[int]:
        """The first line from `line` on that can be stopped at, else the last one before it."""
        for each in range(line, self._last + 1):
            if each in self.lines:
                return each
        return self._last or None

    def columns(self, line: int) -> list[int]:
        """Where one can stop on a line, in bytes from 0: where its code objects begin.  Empty before 3.11."""
        found = {first_column(code, line) for code in self._codes if line in lines_of(code)}
        return sorted([column for column in found if column is not None])

    def qualified_name(self, code: CodeType) -> str:
        """The qualified name of a function of the file, for interpreters without `co_qualname`."""
        if not self._names:
            self._enter_names(self._codes[0], "")
        return self._names.get((code.co_firstlineno, code.co_name), code.co_name)

    def _enter_names(self, code: CodeType, prefix: str) -> None:
        for nested in _nested(code):
            name = prefix + nested.co_name
            self._names[nested.co_firstlineno, nested.co_name] = name
            is_function = nested.co_flags & _NEW_LOCALS
            self._enter_names(nested, name + (".<locals>." if is_function else "."))


def _nested(code: CodeType) -> list[CodeType]:
    kind = type(code)
    return [each for each in code.co_consts if type(each) is kind]


def read_file_code(path: str) -> Optional[FileCode]:
    """The code of the Python file at `path`; None if it cannot be read or does not compile."""
    try:
        status = os.stat(path)
        module = _cached_module(path, status) or _compiled_module(path)
    except (OSError, SyntaxError, ValueError, EOFError, TypeError):
        return None
    return FileCode(module)


def _compiled_module(path: str) -> CodeType:
    with open(path, "rb") as file:
        return compile(file.read(), path, "exec", dont_inherit=True)


def _cached_module(path: str, status: os.stat_result) -> Optional[CodeType]:
    """The module's code from its `.pyc`, if that was made from the file as it is (PEP 552)."""
    folder, name = os.path.split(path)
    tag = sys.implementation.cache_tag
    optimized = ".opt-%d" % sys.flags.optimize if sys.flags.optimize else ""
    cached = "%s/__pycache__/%s.%s%s.pyc" % (folder, name.rpartition(".")[0], tag, optimized)
    try:
        with open(cached, "rb") as file:
            content = file.read()
    except OSError:
        return None
    header = b"\0\0\0\0" + b"".join(
        (value & 0xFFFFFFFF).to_bytes(4, "little") for value in (int(status.st_mtime), status.st_size)
    )
    if content[4:16] != header or content[:4] != _magic():
        return None
    code: CodeType = marshal.loads(content[16:])
    return code


def _magic() -> bytes:
    magic: bytes = sys.modules["_frozen_importlib_external"].MAGIC_NUMBER
    return magic


def _body_offset(code: CodeType) -> int:
    """Where the body begins, in bytes: what comes before RESUME (3.11+) reports no line."""
    if not HAS_RESUME:
        return 0
    if not _resume:
        opcodes = compile("", "", "exec", dont_inherit=True).co_code[::2]
        # From 3.15 on a cache, which is opcode 0, follows it.
        _resume[:] = opcodes[0], 2 * (len(opcodes) - len(opcodes[1:].lstrip(b"\0")))
    resume, length = _resume
    if not (code.co_cellvars or code.co_freevars or code.co_flags & _SUSPENDS):
        return length  # nothing has to be made ready, and RESUME comes first
    opcodes = code.co_code[::2]
    return 2 * opcodes.index(resume) + length if resume in opcodes else 0


def _lnotab_lines(code: CodeType) -> Iterator[int]:
    """Decode `co_lnotab` (Objects/lnotab_notes.txt of CPython 3.8)."""
    line = code.co_firstlineno
    table = code.co_lnotab
    offset = last = 0
    yielded = None
    for step, delta in zip(table[::2], table[1::2]):
        if step:
            if line != yielded:
                yield line
                yielded = line
            offset += step
        line += delta - 256 if delta >= 128 else delta
        last = offset
    if line != yielded and last < len(code.co_code):
        yield line


#: The opcode RESUME, once it has been needed.
_resume: list[int] = []
