"""Who holds a plain lock that was taken by `acquire`, concluded from the source.

A call of `acquire` leaves no trace in memory.  A thread counts as the holder of
a lock if one of its functions stands between `X.acquire()` and `X.release()`,
as its text is written, and X is that lock.  One thread.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .frames import RawFrame
from .naming import resolve
from .objects import Objects
from .snapshot import Snapshot

_MOST_SOURCE = 1 << 20


def acquired(snapshot: Snapshot, locks: set[int]) -> dict[int, int]:
    """Lock → the thread that holds it, for those of `locks` for which there is just one."""
    sources = _Sources(snapshot)
    found: dict[int, set[int]] = {}
    for tid, frames in snapshot.stacks.items():
        if tid in snapshot.moved:
            continue
        waited = snapshot.blocked[tid].address if tid in snapshot.blocked else 0
        for frame in frames:
            # Who takes a lock twice may use it as a signal, which another thread gives.
            for lock in _taken(snapshot.objects, sources, frame) & locks - {waited}:
                found.setdefault(lock, set()).add(tid)
    return {lock: tids.pop() for lock, tids in found.items() if len(tids) == 1}


def _taken(objects: Objects, sources: _Sources, frame: RawFrame) -> set[int]:
    try:
        if not {"acquire", "release"} <= set(frame.code.used_names):
            return set()
        texts = taken_at(sources.tree(frame.code.file), frame.code.name, frame.line)
        return {address for text in texts if (address := resolve(objects, frame, text))}
    except OSError:
        return set()


class _Sources:
    """Source files as the process sees them, parsed once each."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._space = snapshot.objects.space
        self._trees: dict[str, ast.Module] = {}

    def tree(self, path: str) -> ast.Module:
        """An empty one of a file that is not there, or no Python of today."""
        if path not in self._trees:
            try:
                text = self._space.file(path)
                self._trees[path] = ast.parse(text if len(text) <= _MOST_SOURCE else b"")
            except (OSError, SyntaxError, ValueError, RecursionError):
                self._trees[path] = ast.Module([], [])
        return self._trees[path]


def taken_at(tree: ast.Module, function: str, line: int) -> set[str]:
    """What has been acquired and not yet released at a line of a function: "self.lock"."""
    body: list[ast.stmt] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            body = node.body if _encloses(node, line) else body
    if function == "<module>":
        body = tree.body
    released = [call for node in body for call in _calls(node, "release")]
    found = set()
    for text, start in _acquired_before(body, line):
        lines = [at for name, at in released if name == text]
        if any(at > line for at in lines) and not any(start < at <= line for at in lines):
            found.add(text)
    return found


def _acquired_before(suite: list[ast.stmt], line: int) -> Iterator[tuple[str, int]]:
    """Calls that have returned whenever the line is reached, with their lines."""
    for statement in suite:
        if _encloses(statement, line):
            if isinstance(statement, ast.If) and statement.body and statement.body[0].lineno <= line:
                is_first = not statement.orelse or line < statement.orelse[0].lineno
                yield from _called(statement.test) if is_first else ()
            for name in ("body", "orelse", "finalbody"):
                yield from _acquired_before(getattr(statement, name, []), line)
            for handler in getattr(statement, "handlers", []):
                yield from _acquired_before(handler.body, line)
        elif statement.lineno < line and isinstance(statement, ast.Expr) and not _arguments(statement.value):
            yield from _called(statement.value)


def _called(expression: ast.expr) -> Iterator[tuple[str, int]]:
    """X of `X.acquire()`, if the expression is that and nothing else."""
    if (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, ast.Attribute)
        and expression.func.attr == "acquire"
    ):
        yield ast.unparse(expression.func.value), expression.lineno


def _arguments(expression: ast.expr) -> bool:
    """Whether it may have come back without the lock."""
    return isinstance(expression, ast.Call) and bool(expression.args or expression.keywords)


def _calls(statement: ast.stmt, method: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield ast.unparse(node.func.value), node.lineno


def _encloses(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
