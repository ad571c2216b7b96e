"""Source text without what only people and type checkers read, its line numbers kept.

Decides what is dropped: comments, docstrings, annotations, blocks under `if
TYPE_CHECKING`, and the future statement that made annotations harmless.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from typing import NamedTuple


def minify(source: str) -> str:
    """The same program; every statement stays on its line."""
    source = without_comments(source)
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for cut in sorted(_cuts(ast.parse(source), lines), reverse=True):
        _apply(cut, lines)
    return b"".join(lines).decode()


def without_comments(source: str) -> str:
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)


class Cut(NamedTuple):
    """Lines count from 1, columns in bytes of UTF-8 from 0, as in `ast`."""

    start: tuple[int, int]
    end: tuple[int, int]
    replacement: bytes = b""


def _apply(cut: Cut, lines: list[bytes]) -> None:
    (first, start), (last, end) = cut.start, cut.end
    # What follows goes up to the first line: the colon after a return type must not begin one.
    lines[first - 1] = lines[first - 1][:start] + cut.replacement + lines[last - 1][end:]
    lines[first:last] = [b"\n"] * (last - first)


def _cuts(node: ast.AST, lines: list[bytes]) -> Iterator[Cut]:
    """What to cut below `node`; cuts do not overlap."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
        yield Cut(_arrow(_start(node.returns), lines), _end(node.returns))
    for block in _blocks(node):
        yield from _droppable(block, is_module=isinstance(node, ast.Module))
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.arg) and child.annotation:
            name_end = child.col_offset + len(child.arg.encode())
            yield Cut((child.lineno, name_end), _end(child.annotation))
        elif isinstance(child, ast.AnnAssign):
            yield _unannotated(child)
        elif _is_for_checkers(child):
            assert isinstance(child, ast.If)
            yield Cut(_start(child.body[0]), _end(child.body[-1]), b"pass")
            for other in child.orelse:
                yield from _cuts(other, lines)
        else:
            yield from _cuts(child, lines)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block


def _droppable(block: list[ast.stmt], is_module: bool) -> Iterator[Cut]:
    """Statements that do nothing: strings, and the future statement."""
    dropped = [statement for statement in block if _is_text(statement) or _is_future(statement)]
    empty = b"pass" if len(dropped) == len(block) and not is_module else b""
    for index, statement in enumerate(dropped):
        yield Cut(_start(statement), _end(statement), b"" if index else empty)


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_future(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _is_for_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _unannotated(node: ast.AnnAssign) -> Cut:
    if node.value is None:
        return Cut(_start(node), _end(node), b"pass")
    return Cut(_end(node.target), _end(node.annotation))


def _arrow(before: tuple[int, int], lines: list[bytes]) -> tuple[int, int]:
    row, column = before
    while (found := lines[row - 1].rfind(b"->", 0, column)) < 0:
        row, column = row - 1, len(lines[row - 2])
    return row, found


def _start(node: ast.stmt | ast.expr) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", None)
    first = decorators[0] if decorators else node
    return (first.lineno, first.col_offset - bool(decorators))


def _end(node: ast.stmt | ast.expr) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset
