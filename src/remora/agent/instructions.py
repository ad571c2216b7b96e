"""Byte code as clients see it: addresses that stand for instructions, and what these are.

Addresses are ours: a number for each code object, and the offset in it.  They
hold as long as the code object does, which is not kept alive for them.
Reader thread, and the threads that ask for their frames.
"""

from __future__ import annotations

from .isolate import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Iterator, Optional

#: Code objects are as far apart; none is so long.
_SPACING = 1 << 32
#: Addresses before its first instruction that are its own as well: clients look there for what comes before.
_MARGIN = 1 << 24
#: Characters of an operand that are told: it may be a constant of any length.
_LONGEST = 200


class Addresses:
    """Which address an instruction has."""

    def __init__(self) -> None:
        self._last = 0
        #: Base addresses by the code's id, and weak references to the code by those.
        self._bases: dict[int, int] = {}
        self._codes: dict[int, Callable[[], Optional[CodeType]]] = {}

    def of(self, code: CodeType, offset: int = 0) -> str:
        """The address of an instruction, as DAP writes it."""
        base = self._bases.get(id(code))
        if base is None or self._codes[base]() is not code:
            self._last += _SPACING
            base = self._bases[id(code)] = self._last
            self._codes[base] = library("_weakref").ref(code)
        return hex(base + _MARGIN + offset)

    def find(self, address: str, distance: int = 0) -> tuple[CodeType, int]:
        """The code at `distance` bytes from an address, and the offset in it.  Raises `LookupError`."""
        try:
            number = int(address, 0) + distance
        except ValueError:
            raise LookupError(address) from None
        base = number - number % _SPACING
        code = self._codes[base]()
        if code is None:
            raise LookupError(address)
        return code, number - base - _MARGIN


def at_or_before(code: CodeType, offset: int) -> int:
    """Where the instruction begins that a frame stands at: while it calls, that is at the call's cache."""
    text = code.co_code
    offset = max(offset, 0)
    while offset > 0 and text[offset] == _CACHE:
        offset -= 2
    return offset


def begins_at(code: CodeType, offset: int) -> bool:
    """Whether an instruction begins there: between them are caches, which are never run (3.11+)."""
    return any(each.offset == offset for each in library("dis").get_instructions(code))


def disassemble(
    code: CodeType, address: Callable[[int], str], start: int, skip: int, count: int
) -> list[dict[str, Any]]:
    """`count` DAP DisassembledInstructions, from `skip` instructions after that at `start` on.

    Where there are none, before the first and after the last, they are said to be invalid.
    """
    offsets = []
    rows = []
    lines = dict(library("dis").findlinestarts(code))
    line = code.co_firstlineno
    for each in library("dis").get_instructions(code):
        if each.offset == 0 or each.offset in lines:
            line = lines.get(each.offset) or line
        offsets.append(each.offset)
        rows.append((each, line))
    end = len(code.co_code)
    if start < 0:
        here = start // 2
    elif start >= end:
        here = len(offsets) + (start - end) // 2
    else:
        here = max(index for index, offset in enumerate(offsets) if offset <= start)
    found = []
    for index in range(here + skip, here + skip + count):
        if 0 <= index < len(rows):
            found.append(_row(code, address, *rows[index]))
        else:
            # Past either end, but in the space that is the code's own.
            offset = end + 2 * (index - len(rows)) if index >= 0 else 2 * index
            found.append({"address": address(offset), "instruction": "", "presentationHint": "invalid"})
    return found


def line_ranges(code: CodeType) -> Iterator[tuple[int, int, int]]:
    """(line, offset, end) for each stretch of byte code that belongs to one line."""
    starts = [(offset, line) for offset, line in library("dis").findlinestarts(code) if line]
    ends = [offset for offset, _ in starts[1:]] + [len(code.co_code)]
    for (offset, line), end in zip(starts, ends):
        yield line, offset, end


def flag_names(code: CodeType) -> list[str]:
    """The names of `code.co_flags`."""
    names: dict[int, str] = library("dis").COMPILER_FLAG_NAMES
    return [name for bit, name in names.items() if code.co_flags & bit]


def code_of(value: Any) -> Optional[CodeType]:
    """The code of a function, method, generator, coroutine, frame or code object; may run `__getattr__`."""
    if type(value) is _CODE:
        code: CodeType = value
        return code
    function = getattr(value, "__func__", value)
    found = [getattr(function, name, None) for name in _CODE_ATTRIBUTES]
    return next((each for each in found if type(each) is _CODE), None)


def _row(code: CodeType, address: Callable[[int], str], instruction: Any, line: int) -> dict[str, Any]:
    text = instruction.opname
    if instruction.arg is not None:
        text = "%-24s %d" % (text, instruction.arg)
        operand = str(instruction.argrepr)
        if operand:
            text += " (%s)" % (operand if len(operand) <= _LONGEST else operand[:_LONGEST] + "...")
    offset = instruction.offset
    row = {
        "address": address(offset),
        "instructionBytes": code.co_code[offset : offset + 2].hex(" ") if code.co_code else "",
        "instruction": text,
        "line": line,
    }
    if instruction.is_jump_target:
        row["symbol"] = "to %d" % offset
    return row


#: CACHE of 3.11 and later; before, there is no opcode 0.
_CACHE = 0
_CODE: Any = type(at_or_before.__code__)
_CODE_ATTRIBUTES = ("__code__", "gi_code", "cr_code", "ag_code", "f_code")
