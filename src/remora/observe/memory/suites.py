"""Which locks a function has taken by hand wherever it stands, by its text.  Pure.

Decides what is held for certain: a lock that `X.acquire()` has taken and that
`X.release()` has not given back on any way to the line.  A call that may come
back without the lock counts where its result has been looked at.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef

_TAKES, _GIVES = ("acquire", "__enter__"), ("release", "__exit__")

#: Texts of expressions: "self.lock".
_Held = frozenset[str]


def held_at(body: Sequence[ast.stmt], line: int) -> set[str]:
    """What is held at a line of a function, and released further on in it.

    A lock that the line takes once more must be released twice: else it may be a
    signal, which another thread gives.
    """
    walk = _Walk(line)
    try:
        walk.suite(body, frozenset())
    except _Reached as reached:
        again = Counter(text for text, at in taken(body) if at == line)
        after = Counter(text for text, at in released(body) if at > line)
        return {text for text in reached.held if after[text] > again[text]}
    return set()


def held_after(body: Sequence[ast.stmt]) -> set[str]:
    """What is held whenever the function has come back."""
    walk = _Walk(0)
    end = walk.suite(body, frozenset())
    return set(_common([*walk.returns, *([] if end is None else [end])]) or ())


def taken(body: Sequence[ast.AST]) -> Iterator[tuple[str, int]]:
    """What a function takes, with the lines."""
    return _calls(body, _TAKES)


def released(body: Sequence[ast.AST]) -> Iterator[tuple[str, int]]:
    """What a function releases, with the lines."""
    return _calls(body, _GIVES)


def wanted_at(body: Sequence[ast.stmt], line: int) -> Iterator[str]:
    """What a line may wait for: what its `with` statements enter, and X of each `X.method()`."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.With | ast.AsyncWith):
                yield from (_text_at(item.context_expr, line) for item in node.items)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield _text_at(node, line) and ast.unparse(node.func.value)


def _text_at(node: ast.expr, line: int) -> str:
    return ast.unparse(node) if node.lineno <= line <= (node.end_lineno or 0) else ""


class _Reached(Exception):
    """The line has been come to, with what is held there."""

    def __init__(self, held: _Held) -> None:
        self.held = held


class _Walk:
    """One walk through a function.  What a statement is done with is None if it goes on elsewhere."""

    def __init__(self, line: int) -> None:
        """`line` is where to stop, by `_Reached`."""
        self._line = line
        #: What is held at each `return`, and at each `break` and `continue` of the innermost loop.
        self.returns: list[_Held] = []
        self._breaks: list[_Held] = []
        self._continues: list[_Held] = []
        #: Variables that have the result of an `acquire`, and of which lock.
        self._results: dict[str, str] = {}

    def suite(self, body: Sequence[ast.stmt], held: _Held) -> _Held | None:
        for statement in body:
            after = self._statement(statement, held)
            if after is None:
                # What follows is come to by nobody, or from a place that is not followed here.
                return None
            held = after
        return held

    def _statement(self, statement: ast.stmt, held: _Held) -> _Held | None:
        if statement.lineno <= self._line <= _header_end(statement):
            raise _Reached(held)
        if isinstance(statement, ast.If):
            return self._if(statement, held)
        if isinstance(statement, ast.While | ast.For | ast.AsyncFor):
            return self._loop(statement, held)
        if isinstance(statement, ast.Try | ast.TryStar):
            return self._try(statement, held)
        if isinstance(statement, ast.With | ast.AsyncWith):
            return self.suite(statement.body, held)
        if isinstance(statement, ast.Match):
            return _common([self.suite(case.body, held) for case in statement.cases] + [held])
        if isinstance(statement, Function | ast.ClassDef):
            return held
        return self._simple(statement, held)

    def _simple(self, statement: ast.stmt, held: _Held) -> _Held | None:
        held -= {text for text, _ in released([statement])}
        if isinstance(statement, ast.Expr) and _is_certain(statement.value):
            held |= self._taken_if(statement.value, came_true=True)
        if isinstance(statement, ast.Assert):
            held |= self._taken_if(statement.test, came_true=True)
        if isinstance(statement, ast.Assign):
            self._assign(statement)
        if isinstance(statement, ast.Return):
            # Whoever calls such a function is told whether it has the lock.
            value = statement.value
            self.returns.append(held | (self._taken_if(value, came_true=True) if value else frozenset()))
        elif isinstance(statement, ast.Break):
            self._breaks.append(held)
        elif isinstance(statement, ast.Continue):
            self._continues.append(held)
        elif not isinstance(statement, ast.Raise):
            return held
        return None

    def _assign(self, statement: ast.Assign) -> None:
        text = _object(statement.value, _TAKES)
        for target in statement.targets:
            if isinstance(target, ast.Name) and text:
                self._results[target.id] = text
            elif isinstance(target, ast.Name):
                self._results.pop(target.id, None)

    def _if(self, statement: ast.If, held: _Held) -> _Held | None:
        return _common(
            [
                self.suite(statement.body, held | self._taken_if(statement.test, came_true=True)),
                self.suite(statement.orelse, held | self._taken_if(statement.test, came_true=False)),
            ]
        )

    def _loop(self, statement: ast.While | ast.For | ast.AsyncFor, held: _Held) -> _Held | None:
        outer = self._breaks, self._continues
        test = statement.test if isinstance(statement, ast.While) else None
        entered = self._taken_if(test, came_true=True) if test else frozenset()
        # Each further turn begins with what the one before has left.
        again = _Walk(0)
        held = _common([held, again.suite(statement.body, held | entered), *again._continues]) or frozenset()
        self._breaks, self._continues = [], []
        self.suite(statement.body, held | entered)
        ends: list[_Held | None] = list(self._breaks)
        self._breaks, self._continues = outer
        if not (isinstance(test, ast.Constant) and test.value):
            left = self._taken_if(test, came_true=False) if test else frozenset()
            ends.append(self.suite(statement.orelse, held | left))
        return _common(ends)

    def _try(self, statement: ast.Try | ast.TryStar, held: _Held) -> _Held | None:
        returns = len(self.returns)
        kept = held - {text for text, _ in released(statement.body)}
        end = self.suite(statement.body, held)
        ends = [None if end is None else self.suite(statement.orelse, end)]
        ends += [self.suite(handler.body, kept) for handler in statement.handlers]
        kept -= {text for text, _ in released([*statement.handlers, *statement.orelse])}
        given = {text for text, _ in released(statement.finalbody)}
        self.returns[returns:] = [each - given for each in self.returns[returns:]]
        end = _common(ends)
        if _has(statement.finalbody, self._line) or end is None:
            self.suite(statement.finalbody, kept)
            return None
        return self.suite(statement.finalbody, end)

    def _taken_if(self, test: ast.expr, *, came_true: bool) -> _Held:
        """What an expression has taken if its value is true, or is not."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._taken_if(test.operand, came_true=not came_true)
        if isinstance(test, ast.Await):
            return self._taken_if(test.value, came_true=came_true)
        if not came_true:
            return frozenset()
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return frozenset().union(*(self._taken_if(each, came_true=True) for each in test.values))
        text = self._results.get(test.id, "") if isinstance(test, ast.Name) else _object(test, _TAKES)
        return frozenset({text} if text else ())


def _calls(body: Sequence[ast.AST], methods: Sequence[str]) -> Iterator[tuple[str, int]]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and (text := _object(node, methods)):
                yield text, node.lineno


def _is_certain(expression: ast.expr) -> bool:
    """Whether a call of `acquire` comes back with the lock, or not at all."""
    call = expression.value if isinstance(expression, ast.Await) else expression
    if not isinstance(call, ast.Call):
        return False
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    values = [*call.args, words.pop("blocking", None)]
    return not words and all(isinstance(each, ast.Constant) and each.value is True for each in values if each)


def _object(node: ast.AST, methods: Sequence[str]) -> str:
    """X of `X.acquire()`; "" of anything else."""
    call = node.value if isinstance(node, ast.Await) else node
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in methods:
        return ast.unparse(call.func.value)
    return ""


def _common(states: Sequence[_Held | None]) -> _Held | None:
    """What is held on all ways that go on; None if none does."""
    there = [state for state in states if state is not None]
    return frozenset.intersection(*there) if there else None


def _header_end(statement: ast.stmt) -> int:
    """The last line of a statement, without those that it is made of."""
    header: list[ast.AST] = []
    if isinstance(statement, ast.If | ast.While):
        header = [statement.test]
    elif isinstance(statement, ast.For | ast.AsyncFor):
        header = [statement.iter]
    elif isinstance(statement, ast.With | ast.AsyncWith):
        header = [item.context_expr for item in statement.items]
    elif isinstance(statement, ast.Match):
        header = [statement.subject]
    elif not isinstance(statement, ast.Try | ast.TryStar):
        return statement.end_lineno or statement.lineno
    return max([statement.lineno, *(getattr(node, "end_lineno", 0) for node in header)])


def _has(body: Sequence[ast.stmt], line: int) -> bool:
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or 0)
