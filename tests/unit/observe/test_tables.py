"""The tables of code objects say what the interpreter that made them says."""

from __future__ import annotations

import json
import subprocess

from remora.observe.memory import tables
from tests.support.pythons import Python, each_python

#: Prints, of some functions: version, first line, table of lines, lines by offset, table of handlers, depths.
PROGRAM = r"""
import dis, json, sys, types, typing, argparse, asyncio.base_events, threading

def functions(module):
    for value in list(vars(module).values()):
        if isinstance(value, types.FunctionType):
            yield value.__code__
        elif isinstance(value, type) and value.__module__ == module.__name__:
            methods = vars(value).values()
            yield from (each.__code__ for each in methods if isinstance(each, types.FunctionType))

def lines(code):
    if hasattr(code, "co_lines"):
        return [[start, line or 0] for start, end, line in code.co_lines() if start < end]
    return [list(pair) for pair in dis.findlinestarts(code)]

def handlers(code):
    if not hasattr(code, "co_exceptiontable"):
        return []
    return [[entry.start, entry.end, entry.depth] for entry in dis._parse_exception_table(code)]

print(json.dumps([
    [code.co_firstlineno,
     getattr(code, "co_linetable", None) and code.co_linetable.hex() or code.co_lnotab.hex(), lines(code),
     getattr(code, "co_exceptiontable", b"").hex(), handlers(code), len(code.co_code)]
    for module in (typing, argparse, asyncio.base_events, threading)
    for code in functions(module)
]))
"""


@each_python
def test_lines_and_handlers(python: Python) -> None:
    done = subprocess.run(python.command("-c", PROGRAM), check=True, capture_output=True, text=True)
    codes = json.loads(done.stdout)
    assert len(codes) > 300
    major, minor = python.version.split(".")
    version = int(major) << 8 | int(minor)
    with_handlers = 0
    for first, table, starts, handler_table, handlers, size in codes:
        lines = bytes.fromhex(table)
        for offset, line in starts:
            assert tables.line_of(version, lines, first, offset) == line
        for start, end, depth in handlers:
            with_handlers += 1
            assert tables.handler_depth(bytes.fromhex(handler_table), start) == depth
            assert tables.handler_depth(bytes.fromhex(handler_table), end - 2) == depth
        covered = {at for start, end, _ in handlers for at in range(start, end)}
        for offset in range(0, size, 2):
            if offset not in covered:
                assert tables.handler_depth(bytes.fromhex(handler_table), offset) == 0
    assert bool(with_handlers) == python.at_least("3.11")
