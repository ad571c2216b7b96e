"""Conditions and log messages of breakpoints, compiled once and run at every hit.

Decides how an expression is evaluated fast: names of the function's own are
read straight from the frame's locals.  Must not know breakpoints.  Runs on the
thread that reached the breakpoint, inside the tracer's callback.
"""

from __future__ import annotations

from ..compat import HAS_CO_QUALNAME
from ..inspection.presentation import describe_error, render
from ..inspection.static import FUNCTION
from ..interruption import Interrupted
from ..syntax import library_ast
from .closures import has_nested_scope
from .mangling import class_of, has_private_names, mangle
from .templates import Field, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from types import CodeType, FrameType
    from typing import Any, Callable

_CO_OPTIMIZED = 1
_FILENAME = "<expression>"
_LOG_LIMIT = 10_000
_FRAME, _UNBOUND, _ELSEWHERE, _NAMESPACE, _KEY_ERROR, _LOCALS, _ERROR = (
    f"__remora_{name}__"
    for name in ("frame", "unbound", "elsewhere", "namespace", "key_error", "locals", "error")
)


def condition(text: str, code: CodeType | None = None) -> Callable[[FrameType], Any]:
    """Compile an expression; the result evaluates it in a frame of `code`, raising what it raises.

    Without `code` it works in every frame.  Raises `SyntaxError`.
    """
    ast = library_ast()
    source = text.strip()
    tree = ast.parse(source, _FILENAME, "eval")
    if code is not None and HAS_CO_QUALNAME:
        mangle(tree, class_of(code.co_qualname) or "")  # type: ignore[attr-defined,unused-ignore]
    if code is None or not code.co_flags & _CO_OPTIMIZED or _is_intricate(tree) or has_private_names(tree):
        return _general(source, tree)
    return _fast(tree, code, _general(source, tree))


def log_message(template: str) -> Callable[[FrameType], str]:
    """Compile the text of a logpoint: "{x}", "{x!r}", "{x:>5}", "{x=}", with "{{" for a brace.

    An expression that fails shows its error in its place.  Raises
    `SyntaxError` for a template that cannot be understood.
    """
    parts = [part if isinstance(part, str) else _field_writer(part) for part in split(template)]

    def message(frame: FrameType) -> str:
        return "".join([part if type(part) is str else part(frame) for part in parts])  # type: ignore[operator]

    return message


def _is_intricate(tree: ast.AST) -> bool:
    ast = library_ast()
    return has_nested_scope(tree) or any(isinstance(node, ast.NamedExpr) for node in ast.walk(tree))


def _general(text: str, tree: ast.Expression) -> Callable[[FrameType], Any]:
    """Evaluate as everything else is evaluated, for module and class bodies and nested scopes."""
    if not _is_intricate(tree) and not has_private_names(tree):
        code = compile(tree, _FILENAME, "eval", 0, True)
        return lambda frame: eval(code, frame.f_globals, frame.f_locals)

    def evaluate_in(frame: FrameType) -> Any:
        from .evaluation import (
            evaluate_raw,
        )  # which offers this module's functions as its own

        return evaluate_raw(frame, text, "watch")

    return evaluate_in


def _fast(
    tree: ast.Expression, code: CodeType, general: Callable[[FrameType], Any]
) -> Callable[[FrameType], Any]:
    """Compile `a > b` to a function of the frame that reads `a` and `b` from its locals.

    This takes about half the time of `eval` with the frame's locals (measured
    on 3.12 and 3.13).  Other names are globals of the function, which is why
    there is one for each namespace that the code object runs in.
    """
    own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    used, foreign = _replace_names(tree, own)
    body = _function_code(tree, bool(foreign))
    functions: dict[int, Callable[[FrameType], Any]] = {}

    def unbound(frame: FrameType, error: KeyError) -> Any:
        """Raise what Python raises for an unbound variable, and not the `KeyError` of its lookup."""
        if all(name in frame.f_locals for name in used):
            raise error
        return general(frame)

    def elsewhere(frame: FrameType) -> Any:
        namespace = frame.f_globals
        function = functions.get(id(namespace))
        if function is None:
            make: Callable[..., Callable[[FrameType], Any]] = FUNCTION
            # The function holds the namespace, so that its id stays its own.
            function = functions[id(namespace)] = make(
                body, namespace, "condition", (unbound, elsewhere, namespace, KeyError)
            )
        return function(frame)

    if foreign:
        return elsewhere
    function: Callable[[FrameType], Any] = FUNCTION(
        body, {}, "condition", (unbound, elsewhere, None, KeyError)
    )
    return function


def _replace_names(tree: ast.Expression, own: set[str]) -> tuple[set[str], set[str]]:
    """Replace the frame's own names by subscripts; return them and the remaining names."""
    ast = library_ast()
    used: set[str] = set()
    foreign: set[str] = set()

    def replaced(node: Any) -> Any:
        if not isinstance(node, ast.Name):
            return node
        if node.id not in own:
            foreign.add(node.id)
            return node
        used.add(node.id)
        subscript = ast.parse(f"{_LOCALS}[{node.id!r}]", mode="eval").body
        return ast.copy_location(subscript, node)

    # Not by a `NodeTransformer`: a class of ours would be left to the garbage collector each time.
    for node in list(ast.walk(tree)):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = [replaced(each) for each in value]
            else:
                setattr(node, field, replaced(value))
    return used, foreign


def _function_code(tree: ast.Expression, checks_namespace: bool) -> CodeType:
    """Compile the function around an expression; its parameters have names that no expression uses."""
    ast = library_ast()
    check = f" if {_FRAME}.f_globals is not {_NAMESPACE}: return {_ELSEWHERE}({_FRAME})\n"
    module = ast.parse(
        f"def condition({_FRAME}, {_UNBOUND}, {_ELSEWHERE}, {_NAMESPACE}, {_KEY_ERROR}):\n"
        + (check if checks_namespace else "")
        + f" {_LOCALS} = {_FRAME}.f_locals\n"
        " try: return None\n"
        f" except {_KEY_ERROR} as {_ERROR}: return {_UNBOUND}({_FRAME}, {_ERROR})"
    )
    function: Any = module.body[0]
    function.body[-1].body[0].value = tree.body
    ast.fix_missing_locations(module)
    compiled = compile(module, _FILENAME, "exec", 0, True)
    code: CodeType = next(each for each in compiled.co_consts if type(each) is type(compiled))
    return code


def _field_writer(field: Field) -> Callable[[FrameType], str]:
    """Return what writes a field for a frame; compiled anew only when the code object changes."""
    text_of = _formatter(field)
    condition(field.expression)  # a syntax error is told now
    evaluate_in: Callable[[FrameType], Any] = _never
    compiled_for: CodeType | None = None

    def write(frame: FrameType) -> str:
        nonlocal evaluate_in, compiled_for
        if frame.f_code is not compiled_for:
            evaluate_in = condition(field.expression, frame.f_code)
            compiled_for = frame.f_code
        try:
            return text_of(evaluate_in(frame))
        except Interrupted:
            raise
        except BaseException as error:
            return f"<{describe_error(error)}>"

    return write


def _never(frame: FrameType) -> Any:
    raise AssertionError("no frame has been seen")


def _formatter(field: Field) -> Callable[[Any], str]:
    if field.conversion == "r":
        return lambda value: format(render(value, limit=_LOG_LIMIT), field.spec)
    if field.conversion == "s":
        return lambda value: format(_plain_text(value), field.spec)
    if field.conversion == "a":
        return lambda value: format(ascii(value), field.spec)
    if field.spec:
        return lambda value: format(value, field.spec)
    return _plain_text


def _plain_text(value: Any) -> str:
    """Return `str(value)`, bounded."""
    kind: Any = type(value)
    if kind is str:
        return str(value) if len(value) <= _LOG_LIMIT else value[:_LOG_LIMIT] + "\u2026"
    if kind is int and -_SHORT < value < _SHORT:
        return str(value)
    if kind in _RENDERED:
        return render(value, limit=_LOG_LIMIT)
    text = str(value)
    return text if len(text) <= _LOG_LIMIT else text[:_LOG_LIMIT] + "\u2026"


_SHORT = 10**18
_RENDERED = frozenset((int, list, dict, tuple, set, frozenset, bytes, bytearray))
