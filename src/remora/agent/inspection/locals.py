"""Reading and writing the variables of a frame.

Decides how a variable of a running function is changed on each version of
Python; must not know expressions or the protocol.  Runs on the thread that
owns the frame.
"""

from __future__ import annotations

from ..c_api import c_api
from ..compat import ADDED_LOCALS_DELETABLE, LOCALS_WRITE_THROUGH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Iterable, Mapping, MutableMapping

_CO_OPTIMIZED = 1


class NotWritable(Exception):
    """The variable cannot be changed or deleted; the text says why."""


def is_function(frame: FrameType) -> bool:
    """Tell whether a frame keeps its variables in fast locals, unlike a module or class body."""
    return bool(frame.f_code.co_flags & _CO_OPTIMIZED)


def snapshot(frame: FrameType) -> Mapping[str, Any]:
    """Return the variables of a frame by name, with cells and free variables resolved.

    For functions it is a copy; for module and class bodies the namespace itself.
    """
    namespace = frame.f_locals
    if namespace is frame.f_globals or type(namespace) is dict and not is_function(frame):
        return namespace
    return dict(namespace)


def assign(frame: FrameType, name: str, value: Any) -> None:
    """Set a variable of a frame; a name that the function does not have lives as long as its frame.

    Raises `NotWritable` if this Python cannot.
    """
    update(frame, {name: value})


def update(frame: FrameType, values: Mapping[str, Any]) -> None:
    """Set several variables, see `assign`."""
    namespace = _writable(frame)
    for name, value in values.items():
        namespace[name] = value
    if _needs_write_back(frame, values):
        _write_back(frame, clear=False)


def delete(frame: FrameType, name: str) -> None:
    """Delete a variable.  Raises `NotWritable` if this Python cannot, `NameError` if there is none."""
    namespace = _writable(frame)
    if name not in namespace:
        raise NameError(f"name {name!r} is not defined")
    check_deletable(frame, name)
    del namespace[name]
    if _needs_write_back(frame, (name,)):
        _write_back(frame, clear=True)


def check_deletable(frame: FrameType, name: str) -> None:
    """Raise `NotWritable` if a name is a variable that this Python cannot delete.

    The proxies of PEP 667 delete no variable that the compiler knows.
    """
    if not LOCALS_WRITE_THROUGH or not is_function(frame) or name not in frame.f_locals:
        return
    if name in _known_names(frame.f_code) or not ADDED_LOCALS_DELETABLE:
        raise NotWritable(f"this version of Python cannot delete {name!r} of a running function")


def _writable(frame: FrameType) -> MutableMapping[str, Any]:
    namespace: Any = frame.f_locals
    found: MutableMapping[str, Any] = namespace
    return found


def _needs_write_back(frame: FrameType, names: Iterable[str]) -> bool:
    if LOCALS_WRITE_THROUGH or not is_function(frame):
        return False
    known = _known_names(frame.f_code)
    return any(name in known for name in names)


def _known_names(code: CodeType) -> tuple[str, ...]:
    return code.co_varnames + code.co_cellvars + code.co_freevars


def _write_back(frame: FrameType, clear: bool) -> None:
    """Copy the dictionary of a frame's locals into its fast locals, where `f_locals` is only a copy."""
    try:
        api = c_api()
        write_back = api.function("PyFrame_LocalsToFast", None, api.object, api.int)
    except (ImportError, OSError) as error:
        raise NotWritable(
            "changing a local variable needs the module _ctypes, which this Python lacks"
        ) from error
    write_back(frame, int(clear))
