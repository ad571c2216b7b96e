"""Code objects as `remora/code` shows them.  Reads only what cannot run code of the program."""

from __future__ import annotations

from ..compat import HAS_CO_QUALNAME
from ..instructions import flag_names, line_ranges
from .presentation import printable, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

#: Names and constants told of each kind, at most, and characters of a constant.
_MANY, _LONGEST = 500, 200
_VARARGS, _VARKEYWORDS = 4, 8


def code_body(code: CodeType) -> dict[str, Any]:
    """The body of the answer, but for source and address."""
    return {
        "name": printable(code.co_qualname if HAS_CO_QUALNAME else code.co_name),  # type: ignore[attr-defined,unused-ignore]
        "line": code.co_firstlineno,
        "flags": flag_names(code),
        "arguments": argument_names(code),
        "locals": list(code.co_varnames[_argument_count(code) :][:_MANY]),
        "cells": list(code.co_cellvars[:_MANY]),
        "free": list(code.co_freevars[:_MANY]),
        "names": list(code.co_names[:_MANY]),
        "constants": [_constant(each) for each in code.co_consts[:_MANY]],
        "stackSize": code.co_stacksize,
        "size": len(code.co_code),
        "lines": [{"line": line, "offset": offset, "end": end} for line, offset, end in line_ranges(code)],
    }


def argument_names(code: CodeType) -> list[str]:
    """Names of the arguments as a `def` has them, without defaults."""
    names = code.co_varnames
    plain, keyword = code.co_argcount, code.co_kwonlyargcount
    found = list(names[:plain])
    if code.co_posonlyargcount:
        found.insert(code.co_posonlyargcount, "/")
    if code.co_flags & _VARARGS:
        found.append("*" + names[plain + keyword])
    elif keyword:
        found.append("*")
    found += names[plain : plain + keyword]
    if code.co_flags & _VARKEYWORDS:
        found.append("**" + names[_argument_count(code) - 1])
    return found


def _argument_count(code: CodeType) -> int:
    starred = bool(code.co_flags & _VARARGS) + bool(code.co_flags & _VARKEYWORDS)
    return code.co_argcount + code.co_kwonlyargcount + starred


def _constant(value: Any) -> str:
    if type(value) is type(code_body.__code__):
        return "code " + printable(value.co_name)
    return render(value, limit=_LONGEST)
