"""The variables of a frame as children of its scopes.

Decides which variable belongs to which scope, and how each is reached and set;
must not know references or the protocol.  Runs on the thread that owns the
frame.
"""

from __future__ import annotations

from .attributes import KEYWORDS
from .child import Child, Grouping, place_of
from .children import Children, listed
from .locals import assign, is_function, snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Mapping, Optional, Tuple


class Scope:
    """A name for a person, DAP's `presentationHint` if there is one, and what is in it."""

    def __init__(self, name: str, hint: str, children: Children) -> None:
        self.name = name
        self.hint = hint
        self.children = children


def scopes_of(
    frame: FrameType,
    returned: Optional[Tuple[Any]],
    arguments: bool,
    grouping: Grouping,
    calls: Callable[[], Mapping[str, Any]] = dict,
) -> list[Scope]:
    """Return the scopes of a frame; `returned` holds what the last finished call gave.

    `calls` gives what calls of the frame have returned, by the names of the functions: that is told
    among the locals.  With `arguments`, those are a scope of their own.
    """
    variables = snapshot(frame)
    free = frame.f_code.co_freevars if is_function(frame) else ()
    names = _argument_names(frame) if arguments else ()
    found = []
    if names:
        found.append(Scope("Arguments", "arguments", _variables(frame, names, in_order=False)))
    if frame.f_locals is frame.f_globals:
        found.append(Scope("Locals", "locals", _globals(frame, grouping, calls)))
    else:
        own = [name for name in variables if name not in free and name not in names]
        found.append(Scope("Locals", "locals", _variables(frame, own, calls)))
    if returned is not None:
        found.append(Scope("Return value", "returnValue", listed([Child("(return)", returned[0])])))
    if free:
        found.append(Scope("Closure", "", _variables(frame, free)))
    found.append(Scope("Globals", "globals", _globals(frame, grouping)))
    return found


def _variables(
    frame: FrameType,
    names: list[str] | tuple[str, ...],
    calls: Callable[[], Mapping[str, Any]] = dict,
    *,
    in_order: bool = True,
) -> Children:
    """Return the variables of a frame; read anew each time, as they may be set meanwhile."""

    def read() -> list[Child]:
        variables = snapshot(frame)
        present = [name for name in names if name in variables]
        found = [_local(frame, name, variables[name]) for name in present]
        if in_order:
            found.sort(key=lambda child: place_of(child.name))
        # Names such as ".0", the iterator of a comprehension, are the compiler's own.
        return _of_calls(calls()) + sorted(found, key=lambda child: child.name.startswith("."))

    return Children(read)


def _local(frame: FrameType, name: str, value: Any) -> Child:
    if not name.isidentifier():
        return Child(name, value, None, None, "internal")

    def set_local(new: Any) -> None:
        assign(frame, name, new)

    return Child(name, value, name, set_local)


def _of_calls(calls: Mapping[str, Any]) -> list[Child]:
    return [Child("(return) " + name, value) for name, value in calls.items()]


def _globals(frame: FrameType, grouping: Grouping, calls: Callable[[], Mapping[str, Any]] = dict) -> Children:
    namespace = frame.f_globals
    hidden: Mapping[str, Any] = {} if frame.f_locals is namespace else snapshot(frame)

    def read() -> list[Child]:
        found = [
            _global(namespace, name, value, name in hidden)
            for name, value in list(namespace.items())
            if type(name) is str and name != "__builtins__"
        ]
        return _of_calls(calls()) + grouping.arrange(sorted(found, key=lambda child: place_of(child.name)))

    return Children(read)


def _global(namespace: dict[str, Any], name: str, value: Any, is_hidden: bool) -> Child:
    def set_global(new: Any) -> None:
        namespace[name] = new

    # Inside a class a name that begins with two underscores means another one.
    is_private = name.startswith("__") and not name.endswith("__")
    plain = name.isidentifier() and name not in KEYWORDS and not is_hidden and not is_private
    return Child(name, value, name if plain else f"globals()[{name!r}]", set_global)


def _argument_names(frame: FrameType) -> tuple[str, ...]:
    code = frame.f_code
    variadic = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + variadic]
