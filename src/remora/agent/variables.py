"""Scopes and variables as DAP shows them.

Decides what a client sees of frames and values, and what a reference stands
for; must not know requests or threads beyond their being owners.  Runs on the
thread that owns the frame.
"""

from __future__ import annotations

from .expressions.evaluation import EvaluationError, evaluate
from .inspection.attributes import has_attributes
from .inspection.child import Child, Group, Grouping, Lazy, More
from .inspection.children import Children, children_of, listed
from .inspection.locals import assign, is_function, snapshot
from .inspection.presentation import LIMIT, describe_error, render, type_name
from .interruption import Interrupted
from .isolate import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Hashable, Mapping, Optional, Tuple

    from .handles import Handles
    from .inspection.child import Assign


class Container:
    """What a variables reference stands for: children, where they are from, how they are reached."""

    __slots__ = ("children", "expression", "frame", "owner", "served")

    def __init__(
        self,
        owner: Hashable,
        children: Children,
        frame: Optional[FrameType],
        expression: Optional[str],
    ) -> None:
        self.owner = owner
        self.children = children
        self.frame = frame
        self.expression = expression
        #: The children that a client knows, by name; None where two have the same.
        self.served: dict[str, Optional[Child]] = {}

    def serve(self, page: list[Child]) -> None:
        for child in page:
            known = self.served.get(child.name)
            same = known is not None and known.suffix == child.suffix
            self.served[child.name] = child if child.name not in self.served or same else None

    def find(self, name: str) -> Child:
        """Return the child of a name.  Raises `EvaluationError`."""
        if name not in self.served:
            self.serve(self.children.page())
        if name not in self.served:
            raise EvaluationError(f"there is no variable {name!r} here")
        child = self.served[name]
        if child is None:
            raise EvaluationError(f"several variables here are shown as {name!r}; use an expression instead")
        return child


class VariableStore:
    """The values that clients have seen and may look into.

    References hold until their owner, in practice a debuggee thread, is
    released.  Methods are called on the thread that owns the value.
    """

    def __init__(
        self,
        handles: Handles,
        variable_presentation: Optional[Mapping[str, str]] = None,
    ) -> None:
        self._handles = handles
        self._grouping = Grouping(**(variable_presentation or {}))

    def scopes(
        self,
        owner: Hashable,
        frame: FrameType,
        returned: Optional[Tuple[Any]] = None,
        *,
        arguments: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the DAP `Scope`s of a frame; `returned` holds what the last finished call gave.

        With `arguments`, those are a scope of their own.
        """
        variables = snapshot(frame)
        free = frame.f_code.co_freevars if is_function(frame) else ()
        names = _argument_names(frame) if arguments else ()
        own = [name for name in variables if name not in free and name not in names]
        found = []
        if returned is not None:
            result = listed([Child("(return)", returned[0])])
            found.append(self._scope(owner, "Return value", result, frame, "returnValue"))
        if names:
            children = _variables(frame, [name for name in names if name in variables])
            found.append(self._scope(owner, "Arguments", children, frame, "arguments"))
        if frame.f_locals is frame.f_globals:
            children = self._globals(frame)
        else:
            children = _variables(frame, own)
        found.append(self._scope(owner, "Locals", children, frame, "locals"))
        if free:
            children = _variables(frame, [name for name in free if name in variables])
            found.append(self._scope(owner, "Closure", children, frame, ""))
        found.append(self._scope(owner, "Globals", self._globals(frame), frame, "globals"))
        return found

    def variables(
        self,
        reference: int,
        start: Optional[int] = None,
        count: Optional[int] = None,
        only: Optional[str] = None,
        hexadecimal: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the DAP `Variable`s behind a reference; `only` is DAP's filter.

        Raises `KeyError` for a reference that holds no longer.
        """
        container = self._container(reference)
        page = container.children.page(start, count, only)
        container.serve(page)
        return [self._variable(container, child, hexadecimal) for child in page]

    def describe(
        self,
        owner: Hashable,
        value: Any,
        *,
        frame: Optional[FrameType] = None,
        evaluate_name: Optional[str] = None,
        context: str = "",
        hexadecimal: bool = False,
    ) -> dict[str, Any]:
        """Return the body of an `evaluate` response for a value; "clipboard" sets no limit to the text."""
        limit = None if context == "clipboard" else LIMIT
        body = {
            "result": render(value, limit=limit, hex=hexadecimal),
            "type": type_name(value),
        }
        expression = None if evaluate_name is None else _as_primary(evaluate_name)
        body.update(self._contents(owner, value, frame, expression))
        return body

    def set_variable(
        self, reference: int, name: str, expression: str, hexadecimal: bool = False
    ) -> dict[str, Any]:
        """Set a child to the value of `expression` in the frame of its parent; return the response's body.

        Raises `EvaluationError`, and `KeyError` for a reference that holds no longer.
        """
        container = self._container(reference)
        child = container.find(name)
        if child.assign is None:
            raise EvaluationError(f"{name} cannot be set")
        value = evaluate(container.frame, expression, "watch").value
        _assign(child.assign, value)
        body = self.describe(
            container.owner,
            value,
            frame=container.frame,
            evaluate_name=_joined(container.expression, child.suffix),
            hexadecimal=hexadecimal,
        )
        body["value"] = body.pop("result")
        return body

    def owner(self, reference: int) -> Any:
        """Return whose reference it is.  Raises `KeyError` if it holds no longer."""
        return self._container(reference).owner

    def release(self, owner: Hashable) -> None:
        """Let go of all values that were shown for `owner`."""
        self._handles.discard((owner, "values"))

    def _container(self, reference: int) -> Container:
        found = self._handles.get(reference)
        if type(found) is not Container:
            raise KeyError(reference)
        return found

    def _reference(
        self,
        owner: Hashable,
        children: Children,
        frame: Optional[FrameType],
        expression: Optional[str],
    ) -> int:
        return self._handles.add((owner, "values"), Container(owner, children, frame, expression))

    def _scope(
        self,
        owner: Hashable,
        name: str,
        children: Children,
        frame: FrameType,
        hint: str,
    ) -> dict[str, Any]:
        scope: dict[str, Any] = {
            "name": name,
            "variablesReference": self._reference(owner, children, frame, ""),
            "expensive": hint == "globals",
        }
        if hint:
            scope["presentationHint"] = hint
        return scope

    def _globals(self, frame: FrameType) -> Children:
        namespace = frame.f_globals
        return Children(lambda: self._grouping.arrange(_global_children(namespace)))

    def _variable(self, container: Container, child: Child, hexadecimal: bool) -> dict[str, Any]:
        expression = _joined(container.expression, child.suffix)
        value = child.value
        if type(value) is Group:
            return self._stand_in(container, child, listed(value.children), "", {"kind": "virtual"})
        if type(value) is More:
            text = f"{value.count} more items"
            return self._stand_in(container, child, value.children, text, {"kind": "virtual"})
        if type(value) is Lazy:
            return self._lazy(container, child, value)
        body: dict[str, Any] = {
            "name": child.name,
            "value": render(value, hex=hexadecimal),
            "type": type_name(value),
        }
        if expression:
            body["evaluateName"] = expression
        body.update(self._contents(container.owner, value, container.frame, expression))
        hint = _hint(child)
        if hint:
            body["presentationHint"] = hint
        return body

    def _lazy(self, container: Container, child: Child, lazy: Lazy) -> dict[str, Any]:
        children = Children(lambda: [_read(child, lazy)])
        body = self._stand_in(container, child, children, "", {"kind": "property", "lazy": True})
        expression = _joined(container.expression, child.suffix)
        if expression:
            body["evaluateName"] = expression
        return body

    def _stand_in(
        self,
        container: Container,
        child: Child,
        children: Children,
        text: str,
        hint: dict[str, Any],
    ) -> dict[str, Any]:
        reference = self._reference(container.owner, children, container.frame, container.expression)
        return {
            "name": child.name,
            "value": text,
            "variablesReference": reference,
            "presentationHint": hint,
        }

    def _contents(
        self,
        owner: Hashable,
        value: Any,
        frame: Optional[FrameType],
        expression: Optional[str],
    ) -> dict[str, Any]:
        """Return the reference of a value, 0 if nothing is in it, and how much is."""
        children = children_of(value, self._grouping)
        items = children.indexed
        if not items and not has_attributes(value):
            return {"variablesReference": 0}
        body = {"variablesReference": self._reference(owner, children, frame, expression)}
        if items:
            body["indexedVariables"] = items
            body["namedVariables"] = children.named
        return body


def _variables(frame: FrameType, names: list[str]) -> Children:
    """Return the variables of a frame; read anew each time, as they may be set meanwhile."""

    def read() -> list[Child]:
        variables = snapshot(frame)
        present = [name for name in names if name in variables]
        # Names such as ".0", the iterator of a comprehension, are the compiler's own.
        present.sort(key=lambda name: name.startswith("."))
        return [_local(frame, name, variables[name]) for name in present]

    return Children(read)


def _local(frame: FrameType, name: str, value: Any) -> Child:
    if not name.isidentifier():
        return Child(name, value, None, None, "internal")

    def set_local(new: Any) -> None:
        assign(frame, name, new)

    return Child(name, value, name, set_local)


def _global_children(namespace: dict[str, Any]) -> list[Child]:
    return [
        _global(namespace, name, value)
        for name, value in list(namespace.items())
        if type(name) is str and name != "__builtins__"
    ]


def _global(namespace: dict[str, Any], name: str, value: Any) -> Child:
    def set_global(new: Any) -> None:
        namespace[name] = new

    return Child(name, value, name if name.isidentifier() else f"globals()[{name!r}]", set_global)


def _argument_names(frame: FrameType) -> tuple[str, ...]:
    code = frame.f_code
    variadic = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + variadic]


def _read(child: Child, lazy: Lazy) -> Child:
    """Read a lazy value; what it raises is its value, shown in its place."""
    try:
        value = lazy.read()
    except Interrupted:
        raise
    except BaseException as error:
        value = error
        return Child(f"{child.name} (raised)", value)
    return Child(child.name, value, child.suffix, child.assign, "property")


def _assign(set_value: Assign, value: Any) -> None:
    try:
        set_value(value)
        return
    except Interrupted:
        raise
    except BaseException as error:
        failed = error
        failed.__traceback__ = None
    raise EvaluationError(describe_error(failed), failed)


def _hint(child: Child) -> dict[str, Any]:
    hint: dict[str, Any] = {}
    if child.kind == "internal":
        hint["visibility"] = "internal"
    elif child.kind:
        hint["kind"] = child.kind
    elif callable_kind(child.value):
        hint["kind"] = "method"
    if child.assign is None:
        hint["attributes"] = ["readOnly"]
    return hint


def callable_kind(value: Any) -> bool:
    """Tell whether a value is a function of some kind."""
    return type(value) in _FUNCTION_TYPES


def _joined(expression: Optional[str], suffix: Optional[str]) -> Optional[str]:
    return None if expression is None or suffix is None else expression + suffix


def _as_primary(text: str) -> Optional[str]:
    """Return an expression such that an attribute or subscript can follow it; None for statements."""
    ast = library("ast")

    stripped = text.strip()
    try:
        node = ast.parse(stripped, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    primary = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    return stripped if primary and "\n" not in stripped else f"({stripped})"


_FUNCTION_TYPES = frozenset((type(_joined), type(len), type([].__len__), type(str.join)))
