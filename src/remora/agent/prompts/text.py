"""What was typed, as code.

Decides what is one statement and what the result is; must not know where it
runs.  Any thread; runs no code of the program.
"""

from __future__ import annotations

from ..expressions.evaluation import dedent, future_flags
from ..syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Iterator

_CO_COROUTINE = 0x80
_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST
_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

#: Functions of asyncio that ask for the loop that runs in their thread.
_OF_RUNNING_LOOP = (
    "all_tasks",
    "create_task",
    "current_task",
    "ensure_future",
    "gather",
    "get_event_loop",
    "get_running_loop",
    "shield",
    "wrap_future",
)
#: Those that begin one, or wait for one from another thread.
_OF_NO_LOOP = ("Runner", "run", "run_coroutine_threadsafe")


class Text:
    """Statements, and an expression if they end with one.  Raises `SyntaxError`, `ValueError`.

    `flags` are those of `from __future__` imports that were typed before.
    """

    def __init__(self, source: str, filename: str, flags: int = 0) -> None:
        flags |= _TOP_LEVEL_AWAIT
        tree: Any = compile(source, filename, "exec", flags | _ONLY_AST, True)
        self.filename = filename
        #: It uses what works only where an event loop runs, and nothing that does not work there.
        self.wants_loop = _uses_running_loop(tree)
        self.codes, self.has_value = _compiled(tree, filename, flags)
        #: It may import asyncio, which it then needs for what it awaits.
        self.names_asyncio = any("asyncio" in code.co_names for code in self.codes)
        self.awaits = any(code.co_flags & _CO_COROUTINE for code in self.codes)

    def future_flags(self) -> int:
        """What of `from __future__` holds for the text to come."""
        found = 0
        for code in self.codes:
            found |= future_flags(code)
        return found

    def run(self, names: dict[str, Any]) -> Any:
        """Run it to its end; what its last expression gives.  Not for text that `awaits`."""
        value = None
        for code in self.codes:
            value = eval(code, names)
        return value if self.has_value else None

    async def await_all(self, names: dict[str, Any]) -> Any:
        """The same for text that awaits."""
        value = None
        for code in self.codes:
            value = eval(code, names)
            if code.co_flags & _CO_COROUTINE:
                value = await value
        return value if self.has_value else None


def source_of(typed: str) -> str:
    """The text of which `Text` is made: as typed, without the indentation of what was copied from a block."""
    return dedent(typed)


def _uses_running_loop(tree: Any) -> bool:
    used = set(_names_of_asyncio(tree, library_ast()))
    return bool(used.intersection(_OF_RUNNING_LOOP)) and not used.intersection(_OF_NO_LOOP)


def _names_of_asyncio(node: Any, ast: Any) -> Iterator[str]:
    """What is used of asyncio when the text runs: not what functions use that it only defines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        named = isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name)
        if named and child.value.id == "asyncio":
            yield child.attr
        yield from _names_of_asyncio(child, ast)


def _compiled(tree: Any, filename: str, flags: int) -> tuple[list[CodeType], bool]:
    ast = library_ast()
    last: Any = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return [compile(tree, filename, "exec", flags, True)], False
    del tree.body[-1]
    # Of `from __future__` in the same text the last expression has to know, too.
    codes = [compile(tree, filename, "exec", flags, True)] if tree.body else []
    for code in codes:
        flags |= future_flags(code)
    codes.append(compile(ast.Expression(body=last.value), filename, "eval", flags, True))
    return codes, True
