"""What something is: its type, its name, how it is called, what is written about it, where it was defined.

Reads what it can without running code of the program; a signature may run the
`__repr__` of defaults.  Must not know the protocol.  Runs on the thread that
owns the value.
"""

from __future__ import annotations

import sys

from ..instructions import code_of
from ..isolate import library
from ..syntax import parse, walk
from .presentation import class_name, printable, render, type_name
from .static import FUNCTION, METHOD, is_a, module_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Optional

#: Characters of documentation that are told, and of a default.
_LONGEST, _LONGEST_DEFAULT = 4000, 100


class Definition:
    """Data only.  `filename` and `line` are those of what was defined: the thing, else its type."""

    def __init__(self, kind: str, type_name: str) -> None:
        self.kind = kind
        self.type_name = type_name
        self.name = ""
        self.signature = ""
        self.doc = ""
        self.filename = ""
        self.line = 0


def definition_of(value: Any, *, static: bool = False) -> Definition:
    """Return what is known of `value`; with `static`, no `__repr__` of a default is called for it."""
    found = Definition(_kind(value), type_name(value, full=True))
    found.name = _name(value)
    found.signature = _signature(value, static)
    found.doc = _doc(value)
    found.filename, found.line = _place(value)
    return found


def class_line(text: str, name: str) -> int:
    """The line of the class with this qualified name in a source text, 0 if there is none."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    last = name.rpartition(".")[2]
    lines = [node.lineno for node in walk(tree) if type(node).__name__ == "ClassDef" and node.name == last]
    return lines[0] if lines else 0


def _kind(value: Any) -> str:
    if is_a(value, type):
        return "class"
    kinds = ((FUNCTION, "function"), (METHOD, "method"), (type(sys), "module"))
    named = [kind for cls, kind in kinds if type(value) is cls]
    if named:
        return named[0]
    if type(value).__name__ in ("builtin_function_or_method", "method_descriptor", "wrapper_descriptor"):
        return "builtin"
    return "instance"


def _name(value: Any) -> str:
    if is_a(value, type):
        return class_name(value, full=True)
    if type(value) is type(sys):
        return printable(str(value.__dict__.get("__name__", "")))
    name = getattr(value, "__qualname__", None) if _is_callable_by_name(value) else None
    if type(name) is not str:
        return ""
    module = getattr(value, "__module__", None)
    return printable("%s.%s" % (module, name) if type(module) is str and module != "builtins" else name)


def _is_callable_by_name(value: Any) -> bool:
    return _kind(value) in ("function", "method", "builtin")


def _signature(value: Any, static: bool) -> str:
    if not (is_a(value, type) or _is_callable_by_name(value)):
        return ""
    inspect = library("inspect")
    try:
        signature = inspect.signature(value)
    except (ValueError, TypeError):
        return ""  # a built-in function that does not tell
    parameters = [
        each if each.default is each.empty else each.replace(default=_Shown(each.default, static))
        for each in signature.parameters.values()
    ]
    return printable(str(signature.replace(parameters=parameters)))


class _Shown:
    """Stands for a default, and is as long as may be shown."""

    def __init__(self, value: Any, static: bool) -> None:
        self._text = render(value, limit=_LONGEST_DEFAULT, static=static)

    def __repr__(self) -> str:
        return self._text


def _doc(value: Any) -> str:
    owner = value if is_a(value, type) or _kind(value) != "instance" else type(value)
    doc = getattr(owner, "__doc__", None)
    if type(doc) is not str:
        return ""
    text = str(library("inspect").cleandoc(doc))
    return printable(text if len(text) <= _LONGEST else text[:_LONGEST] + "...")


def _place(value: Any) -> tuple[str, int]:
    """File and line; the line of a class is not known here."""
    code: Optional[CodeType] = None if is_a(value, type) else code_of(_unwrapped(value))
    if code is not None:
        return code.co_filename, code.co_firstlineno
    module = value if type(value) is type(sys) else sys.modules.get(_module_of(value))
    file = getattr(module, "__file__", None)
    return (file, 1 if module is value else 0) if type(file) is str else ("", 0)


def _module_of(value: Any) -> str:
    return module_name(value if is_a(value, type) else type(value))


def _unwrapped(value: Any) -> Any:
    """What `functools.wraps` has put something around."""
    for _ in range(20):
        inner = getattr(value, "__wrapped__", None) if type(value) is FUNCTION else None
        if inner is None:
            break
        value = inner
    return value
