"""Scopes and variables as DAP shows them.

Decides what a client sees of frames and values, and what a reference stands
for; must not know requests or threads beyond their being owners.  Runs on the
thread that owns the frame.
"""

from __future__ import annotations

from .expressions.evaluation import EvaluationError, evaluate
from .inspection.attributes import has_attributes, is_hollow
from .inspection.child import Child, Group, Lazy, More
from .inspection.children import Children, children_of
from .inspection.format import Format
from .inspection.memory import has_memory
from .inspection.presentation import LIMIT, describe_error, render, type_name
from .inspection.scopes import scopes_of
from .inspection.static import ABSENT, is_a
from .interruption import Interrupted
from .syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Hashable, Mapping, Optional, Tuple

    from .handles import Handles
    from .inspection.child import Assign
    from .inspection.scopes import Scope

#: What a client gets that does not say how it wants values.
PLAIN = Format()


class Container:
    """What a variables reference stands for: children, where they are from, how they are reached."""

    __slots__ = ("children", "expression", "frame", "lazy", "owner", "served")

    def __init__(
        self,
        owner: Hashable,
        children: Children,
        frame: Optional[FrameType],
        expression: Optional[str],
        lazy: bool = False,
    ) -> None:
        self.owner = owner
        self.lazy = lazy
        self.children = children
        self.frame = frame
        self.expression = expression
        #: The children that a client knows, by name; None where two have the same.
        self.served: dict[str, Optional[Child]] = {}

    def serve(self, page: list[Child], hexadecimal: bool = False) -> None:
        for child in page:
            name = _name(child, hexadecimal)
            known = self.served.get(name)
            same = known is not None and known.suffix == child.suffix
            self.served[name] = child if name not in self.served or same else None

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


class Memory:
    """What a memory reference stands for."""

    __slots__ = ("owner", "value")

    def __init__(self, owner: Any, value: Any) -> None:
        self.owner = owner
        self.value = value


class VariableStore:
    """The values that clients have seen and may look into.

    References hold until their owner, in practice a debuggee thread, is
    released.  Methods are called on the thread that owns the value.
    """

    def __init__(self, handles: Handles) -> None:
        self._handles = handles

    def scopes(
        self,
        owner: Hashable,
        frame: FrameType,
        returned: Optional[Tuple[Any]] = None,
        *,
        arguments: bool = False,
        calls: Callable[[], Mapping[str, Any]] = dict,
        form: Format = PLAIN,
    ) -> list[dict[str, Any]]:
        """Return the DAP `Scope`s of a frame; what else is given is as in `inspection.scopes`."""
        found = scopes_of(frame, returned, arguments, form.grouping, calls)
        return [self._scope(owner, scope, frame) for scope in found]

    def variables(
        self,
        reference: int,
        start: Optional[int] = None,
        count: Optional[int] = None,
        only: Optional[str] = None,
        form: Format = PLAIN,
    ) -> list[dict[str, Any]]:
        """Return the DAP `Variable`s behind a reference; `only` is DAP's filter.

        Raises `KeyError` for a reference that holds no longer.
        """
        container = self._container(reference)
        page = container.children.page(start, count, only)
        container.serve(page, form.hexadecimal)
        return [self._variable(container, child, form) for child in page]

    def describe(
        self,
        owner: Hashable,
        value: Any,
        *,
        frame: Optional[FrameType] = None,
        evaluate_name: Optional[str] = None,
        form: Format = PLAIN,
    ) -> dict[str, Any]:
        """Return the body of an `evaluate` response for a value."""
        body: dict[str, Any] = {
            "result": render(
                value, limit=None if form.whole else LIMIT, hex=form.hexadecimal, static=form.static
            ),
            "type": type_name(value),
        }
        expression = None if evaluate_name is None else _as_primary(evaluate_name)
        body.update(self._contents(owner, value, frame, expression, form))
        if _is_raw(value):
            body["presentationHint"] = {"attributes": ["rawString"]}
        return body

    def set_variable(
        self, reference: int, name: str, expression: str, form: Format = PLAIN
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
            evaluate_name=_joined(container.expression, child),
            form=form,
        )
        body["value"] = body.pop("result")
        return body

    def owner(self, reference: int) -> Any:
        """Return whose reference it is.  Raises `KeyError` if it holds no longer."""
        return self._container(reference).owner

    def is_lazy(self, reference: int) -> bool:
        """Tell whether it stands for a value that only code of the program can tell."""
        return self._container(reference).lazy

    def memory(self, reference: str) -> Memory:
        """Return what a memory reference stands for.  Raises `KeyError` if it holds no longer."""
        found = self._handles.get(int(reference)) if reference.isdecimal() else None
        if type(found) is not Memory:
            raise KeyError(reference)
        return found

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
        lazy: bool = False,
    ) -> int:
        return self._handles.add((owner, "values"), Container(owner, children, frame, expression, lazy))

    def _scope(self, owner: Hashable, scope: Scope, frame: FrameType) -> dict[str, Any]:
        body: dict[str, Any] = {
            "name": scope.name,
            "variablesReference": self._reference(owner, scope.children, frame, ""),
            "expensive": scope.hint == "globals",
        }
        if scope.hint:
            body["presentationHint"] = scope.hint
        return body

    def _variable(self, container: Container, child: Child, form: Format) -> dict[str, Any]:
        expression = _joined(container.expression, child)
        value = child.value
        if type(value) is Group:
            return self._stand_in(container, child, Children(value.read), "", {"kind": "virtual"})
        if type(value) is More:
            text = f"{value.count} more items"
            return self._stand_in(container, child, value.children, text, {"kind": "virtual"})
        if type(value) is Lazy:
            return self._lazy(container, child, value)
        body: dict[str, Any] = {
            "name": _name(child, form.hexadecimal),
            "value": render(value, hex=form.hexadecimal, static=form.static),
            "type": type_name(value),
        }
        if expression:
            body["evaluateName"] = expression
        body.update(self._contents(container.owner, value, container.frame, expression, form))
        hint = _hint(child)
        if hint:
            body["presentationHint"] = hint
        return body

    def _lazy(self, container: Container, child: Child, lazy: Lazy) -> dict[str, Any]:
        children = Children(lambda: [_read(child, lazy)])
        body = self._stand_in(container, child, children, "", {"kind": "property", "lazy": True})
        expression = _joined(container.expression, child)
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
        owner, lazy = container.owner, bool(hint.get("lazy"))
        reference = self._reference(owner, children, container.frame, container.expression, lazy)
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
        form: Format,
    ) -> dict[str, Any]:
        """Return the reference of a value, 0 if nothing is in it, how much is, and where its bytes are."""
        body: dict[str, Any] = {"variablesReference": 0}
        if is_hollow(value):
            return body
        children = children_of(value, form.grouping)
        items = children.indexed
        if has_memory(value):
            body["memoryReference"] = str(self._handles.add((owner, "values"), Memory(owner, value)))
        if not items and not has_attributes(value):
            return body
        body["variablesReference"] = self._reference(owner, children, frame, expression)
        if items:
            body["indexedVariables"] = items
            body["namedVariables"] = children.named
        return body


def _name(child: Child, hexadecimal: bool) -> str:
    """Return the name, with the integers in it in the wanted base."""
    return render(child.key, hex=True) if hexadecimal and child.key is not ABSENT else child.name


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
    attributes = ["rawString"] if _is_raw(child.value) else []
    if child.assign is None:
        attributes.append("readOnly")
    if attributes:
        hint["attributes"] = attributes
    return hint


def _is_raw(value: Any) -> bool:
    """Tell whether the text of a value is to be copied as what it stands for."""
    return any(is_a(value, each) for each in (str, bytes, bytearray))


def callable_kind(value: Any) -> bool:
    """Tell whether a value is a function of some kind."""
    return type(value) in _FUNCTION_TYPES


def _joined(expression: Optional[str], child: Child) -> Optional[str]:
    if expression is None or child.suffix is None:
        return None
    return child.prefix + expression + child.suffix


def _as_primary(text: str) -> Optional[str]:
    """Return an expression such that an attribute or subscript can follow it; None for statements."""
    ast = library_ast()

    stripped = text.strip()
    try:
        node = ast.parse(stripped, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    primary = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    return stripped if primary and "\n" not in stripped else f"({stripped})"


_FUNCTION_TYPES = frozenset((type(_joined), type(len), type([].__len__), type(str.join)))
