"""Code that is run in a frame and sees all its variables from nested scopes too.

`eval` with a mapping of locals does not let a lambda or comprehension in the
evaluated text see those locals (CPython issue 80052).  Here the text becomes
the body of a function whose free variables are cells holding the frame's
values; what the text changes is written back to the frame.  Runs on the
thread that owns the frame.
"""

from __future__ import annotations

from ..inspection.locals import delete, snapshot, update
from ..inspection.static import ABSENT, FUNCTION
from ..syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from types import CellType, CodeType, FrameType
    from typing import Any, Callable

_CODE: Any = type((lambda: None).__code__)


def has_nested_scope(tree: ast.AST) -> bool:
    """Tell whether a syntax tree contains a scope of its own: a lambda, comprehension, function or class."""
    ast = library_ast()
    kinds = (
        ast.Lambda,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
    )
    return any(isinstance(node, kinds) for node in ast.walk(tree))


class Closure:
    """Statements as a function over the variables of one frame.

    `function` returns the value of the last statement if that is an
    expression; it is a coroutine function for text that awaits.
    `write_back` must be called after it has run, also if it failed.
    """

    def __init__(
        self,
        frame: FrameType,
        statements: list[ast.stmt],
        flags: int,
        filename: str,
        is_async: bool,
    ) -> None:
        self._frame = frame
        self._before = dict(snapshot(frame))
        body = _returning(statements)
        names = self._captured_names(body, flags, filename, is_async)
        code = _inner_code(body, sorted(names), flags, filename, is_async)
        self._cells = {name: _cell(self._before.get(name, ABSENT)) for name in code.co_freevars}
        make: Callable[..., Any] = FUNCTION
        closure = tuple(self._cells[name] for name in code.co_freevars)
        self.function = make(code, frame.f_globals, "<expression>", None, closure)

    def _captured_names(self, body: list[ast.stmt], flags: int, filename: str, is_async: bool) -> set[str]:
        ast = library_ast()

        nodes = [node for statement in body for node in ast.walk(statement)]
        used = {node.id for node in nodes if isinstance(node, ast.Name)}
        used.update(name for node in nodes if isinstance(node, ast.Nonlocal) for name in node.names)
        declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
        known = used & set(self._before) - declared
        bound = _inner_code(body, sorted(known), flags, filename, is_async)
        return {name for name in known.union(bound.co_varnames, bound.co_cellvars) if name.isidentifier()}

    def write_back(self) -> None:
        """Set, and delete, the variables of the frame that the text has changed."""
        changed: dict[str, Any] = {}
        for name, cell in self._cells.items():
            before, after = self._before.get(name, ABSENT), _contents(cell)
            if after is before:
                continue
            if after is ABSENT:
                delete(self._frame, name)
            else:
                changed[name] = after
        if changed:
            update(self._frame, changed)


def _returning(statements: list[ast.stmt]) -> list[ast.stmt]:
    ast = library_ast()
    last: Any = statements[-1]
    if isinstance(last, ast.Expr):
        return [*statements[:-1], ast.copy_location(ast.Return(value=last.value), last)]
    return statements


def _inner_code(
    body: list[ast.stmt],
    names: list[str],
    flags: int,
    filename: str,
    is_async: bool,
) -> CodeType:
    ast = library_ast()
    keyword = "async def" if is_async else "def"
    lines = ["def outer():", f" {keyword} expression():", "  pass"]
    if names:
        lines[1:1] = [f" {' = '.join(names)} = None"]
        lines.insert(-1, f"  nonlocal {', '.join(names)}")
    tree = ast.parse("\n".join(lines))
    inner: Any = tree.body[0].body[-1]
    inner.body = [*inner.body[:-1], *body]
    module = compile(tree, filename, "exec", flags, True)
    return _constant_code(_constant_code(module)).replace(co_name="<module>")


def _constant_code(code: CodeType) -> CodeType:
    found: CodeType = [constant for constant in code.co_consts if type(constant) is _CODE][-1]
    return found


def _cell(value: Any) -> CellType:
    make: Callable[..., CellType] = type(_new_cell().__closure__[0])
    return make() if value is ABSENT else make(value)


def _new_cell() -> Any:
    value = None
    return lambda: value


def _contents(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # empty
        return ABSENT
