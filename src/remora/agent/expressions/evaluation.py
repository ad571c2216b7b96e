"""Evaluation of text in a frame.

Decides what text means in which context (a prompt takes statements, a watch an
expression, a hover only what runs no code) and how errors are told; must not
know requests or time limits.  Runs on the thread that owns the frame.
"""

from __future__ import annotations

import sys

from ..compat import LOCALS_WRITE_THROUGH
from ..inspection.frames import function_name
from ..inspection.locals import check_deletable, delete, is_function, snapshot, update
from ..inspection.static import ABSENT
from ..interruption import Interrupted
from ..syntax import library_ast
from .awaiting import NeedsEventLoop, complete
from .closures import Closure, has_nested_scope
from .evaluation_error import FILENAME, EvaluationError, evaluation_error
from .lookup import look_up
from .mangling import class_of, mangle
from .predicates import condition, log_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from types import CodeType, FrameType
    from typing import Any, Mapping

__all__ = [
    "FILENAME",
    "Evaluation",
    "EvaluationError",
    "Interrupted",
    "NeedsEventLoop",
    "condition",
    "evaluate",
    "log_message",
    "set_expression",
]

_CO_COROUTINE = 0x80
_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST
_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Evaluation:
    """What evaluated text gave: `value`, which is `ABSENT` for text that is no expression."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def has_value(self) -> bool:
        return self.value is not ABSENT


def evaluate(
    frame: FrameType | None,
    text: str,
    context: str = "repl",
    names: Mapping[str, Any] | None = None,
) -> Evaluation:
    """Evaluate `text` in `frame`, or in `__main__` if that is None.

    `names` are seen by the text as if they were variables of the frame.

    `context` is that of the DAP `evaluate` request: "repl" takes expressions
    and statements and may await; "hover" only reads what can be had without
    running code; "watch", "variables", "clipboard" take one expression.
    Raises `EvaluationError` for whatever the text does, `Interrupted` if that
    is raised meanwhile.
    """
    where: Any = MainFrame() if frame is None else frame
    if names:
        where = _ExtendedFrame(where, names)
    failed: BaseException
    try:
        return Evaluation(evaluate_raw(where, text, context))
    except Interrupted:
        raise
    except BaseException as error:
        failed = error
    raise evaluation_error(failed, dedent(text)) from None


def set_expression(frame: FrameType | None, target: str, value: str) -> Any:
    """Assign the value of the expression `value` to the expression `target`, and return that value.

    Raises `EvaluationError`, also if `target` is nothing that can be assigned to.
    """
    result = evaluate(frame, value, "watch").value
    assign_expression(frame, target, result)
    return result


def assign_expression(frame: FrameType | None, target: str, value: Any) -> None:
    """Assign `value` to the expression `target`.  Raises `EvaluationError`."""
    where: Any = MainFrame() if frame is None else frame
    failed: BaseException
    try:
        _run_assignment(where, target, value)
        return
    except Interrupted:
        raise
    except BaseException as error:
        failed = error
    raise evaluation_error(failed, target) from None


class _ExtendedFrame:
    """A frame with more names than it has; what is assigned in it is lost."""

    def __init__(self, frame: FrameType, names: Mapping[str, Any]) -> None:
        self.f_globals, self.f_code = (
            frame.f_globals,
            compile("", FILENAME, "exec", 0, True),
        )
        self.f_locals = {**snapshot(frame), **names}


class MainFrame:
    """The module `__main__` in the shape of a frame."""

    def __init__(self) -> None:
        self.f_globals = self.f_locals = sys.modules["__main__"].__dict__
        self.f_code = compile("", FILENAME, "exec", 0, True)


def evaluate_raw(frame: FrameType, text: str, context: str) -> Any:
    """Evaluate as `evaluate` does, but raise what the text raises, and return `ABSENT` for no value."""
    flags = future_flags(frame.f_code)
    if context == "repl":
        statements = _parse_statements(text, flags)
        _mangle(statements, frame)
        return _run(frame, statements, flags | _TOP_LEVEL_AWAIT)
    expression = _parse_expression(text, flags)
    _mangle([expression], frame)
    if context == "hover":
        return look_up(expression, frame)
    return _run(frame, [expression], flags)


def _mangle(statements: list[ast.stmt], frame: FrameType) -> None:
    """Let private names mean what they mean in the method that the frame runs."""
    class_name = class_of(function_name(frame)) if is_function(frame) else None
    if class_name is not None:
        for statement in statements:
            mangle(statement, class_name)


def _parse_statements(text: str, flags: int) -> list[ast.stmt]:
    tree: Any = compile(dedent(text), FILENAME, "exec", flags | _ONLY_AST | _TOP_LEVEL_AWAIT, True)
    statements: list[ast.stmt] = tree.body
    return statements


def _parse_expression(text: str, flags: int) -> Any:
    """Parse one expression, which may go over several lines; return it as a statement."""
    ast = library_ast()
    stripped = text.strip()
    if not stripped:
        raise SyntaxError("there is no expression")
    try:
        tree: Any = compile(stripped, FILENAME, "eval", flags | _ONLY_AST, True)
    except SyntaxError:
        if "\n" not in stripped:
            raise
        tree = compile(f"({stripped}\n)", FILENAME, "eval", flags | _ONLY_AST, True)
    expression: Any = ast.copy_location(ast.Expr(value=tree.body), tree.body)
    return expression


def _run(frame: FrameType, statements: list[ast.stmt], flags: int) -> Any:
    """Run statements; return the value of the last if it is an expression, else `ABSENT`."""
    ast = library_ast()
    if not statements:
        return ABSENT
    nested = frame.f_locals is not frame.f_globals and any(map(has_nested_scope, statements))
    if nested and any(map(_has_nonlocal, statements)):  # which `compile` alone would not understand
        value = _run_closure(frame, statements, flags & ~_TOP_LEVEL_AWAIT, is_async=False)
        return value if isinstance(statements[-1], ast.Expr) else ABSENT
    first, last = _compile(statements, flags)
    for name in _deleted_names(statements):
        check_deletable(frame, name)
    is_async = any(code is not None and code.co_flags & _CO_COROUTINE for code in (first, last))
    has_value = last is not None
    if nested:
        value = _run_closure(frame, statements, flags & ~_TOP_LEVEL_AWAIT, is_async)
    else:
        value = _run_plain(frame, first, last)
    return value if has_value else ABSENT


def _has_nonlocal(statement: ast.stmt) -> bool:
    ast = library_ast()
    return any(isinstance(node, ast.Nonlocal) for node in ast.walk(statement))


def _deleted_names(statements: list[Any]) -> list[str]:
    ast = library_ast()
    targets = [target for each in statements if isinstance(each, ast.Delete) for target in each.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _compile(statements: list[ast.stmt], flags: int) -> tuple[CodeType | None, CodeType | None]:
    """Compile all but a last expression, and that expression; this finds errors such as a lone `return`."""
    ast = library_ast()
    last: Any = statements[-1]
    value = None
    if isinstance(last, ast.Expr):
        statements = statements[:-1]
        value = compile(ast.Expression(body=last.value), FILENAME, "eval", flags, True)
    if not statements:
        return None, value
    module = ast.parse("")
    module.body = list(statements)
    return compile(module, FILENAME, "exec", flags, True), value


def _run_closure(frame: FrameType, statements: list[ast.stmt], flags: int, is_async: bool) -> Any:
    closure = Closure(frame, statements, flags, FILENAME, is_async)
    try:
        result = closure.function()
        return complete(result) if is_async else result
    finally:
        closure.write_back()


def _run_plain(frame: FrameType, first: CodeType | None, last: CodeType | None) -> Any:
    namespace: Any = frame.f_locals
    if LOCALS_WRITE_THROUGH or not is_function(frame):
        return _run_codes(frame, first, last, namespace)
    namespace = dict(namespace)
    before = dict(namespace)
    try:
        return _run_codes(frame, first, last, namespace)
    finally:
        _write_back(frame, before, namespace)


def _run_codes(frame: FrameType, first: CodeType | None, last: CodeType | None, namespace: Any) -> Any:
    value: Any = None
    for code in (first, last):
        if code is not None:
            value = eval(code, frame.f_globals, namespace)
            if code.co_flags & _CO_COROUTINE:
                value = complete(value)
    return value


def _write_back(frame: FrameType, before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = {name: value for name, value in after.items() if before.get(name, ABSENT) is not value}
    if changed:
        update(frame, changed)
    for name in before.keys() - after.keys():
        delete(frame, name)


def _run_assignment(frame: FrameType, target: str, value: Any) -> None:
    """Run `target = value`, with the value passed under a name that no program has."""
    ast = library_ast()
    flags = future_flags(frame.f_code)
    statements = _parse_statements(f"({target.strip()}) = None", flags)
    _mangle(statements, frame)
    assignment: Any = statements[0]
    if len(statements) != 1 or not isinstance(assignment, ast.Assign):
        raise SyntaxError(f"cannot assign to {target.strip()!r}")
    if isinstance(assignment.targets[0], ast.Name):
        update_variable(frame, assignment.targets[0].id, value)
        return
    name = "__remora_value__"
    assignment.value = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), assignment.value)
    code, _ = _compile(statements, flags)
    assert code is not None
    eval(code, frame.f_globals, {**snapshot(frame), name: value})


def update_variable(frame: FrameType, name: str, value: Any) -> None:
    """Set a variable where the frame finds it: among its own, or else the globals if it is there."""
    if name not in frame.f_locals and name in frame.f_globals:
        frame.f_globals[name] = value
    else:
        update(frame, {name: value})


def dedent(text: str) -> str:
    """Return `text` without the indentation of its first line, as when copied out of a function."""
    lines = text.strip("\n").splitlines()
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    if indent and all(line.startswith(indent) or not line.strip() for line in lines):
        lines = [line[len(indent) :] for line in lines]
    return "\n".join(lines) + "\n"


def future_flags(code: CodeType) -> int:
    """Return the compiler flag of `from __future__ import annotations` if `code` was compiled with it."""
    plain = compile("", FILENAME, "exec", 0, True).co_flags
    postponed = compile("from __future__ import annotations", FILENAME, "exec", 0, True).co_flags
    return code.co_flags & postponed & ~plain
