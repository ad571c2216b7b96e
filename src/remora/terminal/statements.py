"""Statements in source text: which one stands at a line, and what of it is computed.

Pure.  The grammar is that of the interpreter that runs remora; text that it
refuses is taken line by line.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence

from .wire import CommandError

_COMPOUND = (
    ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Try, ast.Match,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip


def statement_at(lines: Sequence[str], line: int) -> str:
    """Return the text of the statement at `line` (counted from 1), moved to the left."""
    first, last = extent(lines, line)
    return textwrap.dedent("\n".join(lines[first - 1 : last])).strip()


def extent(lines: Sequence[str], line: int) -> tuple[int, int]:
    """Return the first and the last line of the statement at `line`; of a compound one those of its header.

    It is the first that begins there, or else the innermost that goes over it.
    """
    tree = _parsed("\n".join(lines))
    found = [(line, line)]
    for statement in _statements(tree) if tree is not None else ():
        first, last = _lines(statement)
        if first == line:
            return first, last
        if first < line <= last:
            found.append((first, last))
    return found[-1]


def without_block(text: str) -> str:
    """Return a simple statement as it is; raises `CommandError` for the header of a block."""
    if text.endswith(":"):
        raise CommandError(f"'{text.splitlines()[0]}' cannot be run by itself; 'eval?' runs its expression")
    return text


def expression_of(text: str) -> str:
    """Return what is computed in a statement or its header; raises `CommandError` when that is nothing."""
    tree = _parsed(text) or _parsed(f"{text}\n    pass") or _parsed(_joined(text))
    statement = tree.body[0] if tree is not None and tree.body else None
    expression: ast.expr | None = None
    match statement:
        case ast.If(test=found) | ast.While(test=found) | ast.Assert(test=found):
            expression = found
        case ast.For(iter=found) | ast.AsyncFor(iter=found) | ast.Match(subject=found):
            expression = found
        case ast.With(items=[item, *_]) | ast.AsyncWith(items=[item, *_]):
            expression = item.context_expr
        case ast.Return(value=value) | ast.AnnAssign(value=value):
            expression = value
        case ast.Assign(value=found) | ast.AugAssign(value=found) | ast.Expr(value=found):
            expression = found
        case ast.Raise(exc=value):
            expression = value
    if expression is None:
        raise CommandError("this statement computes nothing by itself")
    return ast.unparse(expression)


def _joined(text: str) -> str:
    """Make a statement of a branch (`elif`, `case`) that stands alone."""
    return f"{text.removeprefix('el')}\n    pass"


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """All statements, each before those inside of it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt):
            yield node
        yield from _statements(node)


def _lines(statement: ast.stmt) -> tuple[int, int]:
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    if isinstance(statement, _COMPOUND):
        body = statement.cases[0].pattern if isinstance(statement, ast.Match) else statement.body[0]
        decorated = getattr(body, "decorator_list", None)
        begins = decorated[0].lineno if decorated else body.lineno
        return first, max(begins - 1, first)
    return first, last
