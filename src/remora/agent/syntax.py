"""Syntax trees without the library's module `ast`, which is large and which few programs have loaded.

The interpreter makes the trees (`_ast`); what is here finds its way in them, as
the functions of the same names in `ast` do.  Any thread.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

_ONLY_AST = 0x400
_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")

_found: list[Any] = []


def library_ast() -> Any:
    """What the agent uses of `ast`: the classes of nodes, and the functions below."""
    if not _found:
        import _ast

        module = type(sys)("ast")
        module.__dict__.update(_ast.__dict__)
        module.__dict__.update({each.__name__: each for each in _FUNCTIONS})
        _found.append(module)
    return _found[0]


def parse(source: str, filename: str = "<unknown>", mode: str = "exec") -> Any:
    """The tree of a text.  Raises `SyntaxError`, `ValueError`."""
    return compile(source, filename, mode, _ONLY_AST, True)


def iter_fields(node: Any) -> Iterator[tuple[str, Any]]:
    """The fields that `node` has, by name."""
    for name in node._fields:
        if hasattr(node, name):
            yield name, getattr(node, name)


def iter_child_nodes(node: Any) -> Iterator[Any]:
    """The nodes directly below `node`."""
    for _, value in iter_fields(node):
        for each in value if isinstance(value, list) else [value]:
            if hasattr(each, "_fields"):
                yield each


def walk(node: Any) -> Iterator[Any]:
    """`node` and all nodes below it, those further up first."""
    ahead = [node]
    for each in ahead:
        ahead.extend(iter_child_nodes(each))
        yield each


def copy_location(node: Any, origin: Any) -> Any:
    """Give `node` the place of `origin`, and return it."""
    for name in _PLACE:
        if name in node._attributes and hasattr(origin, name):
            setattr(node, name, getattr(origin, name))
    return node


def fix_missing_locations(node: Any) -> Any:
    """Give every node below `node` that has no place the place of the one above it, and return `node`."""
    ahead: list[tuple[Any, tuple[Any, ...]]] = [(node, (1, 0, 1, 0))]
    for each, place in ahead:
        here = []
        for name, default in zip(_PLACE, place):
            value = getattr(each, name, None)
            if value is None and name in each._attributes:
                setattr(each, name, default)
            here.append(default if value is None else value)
        ahead.extend((child, tuple(here)) for child in iter_child_nodes(each))
    return node


def get_source_segment(source: str, node: Any) -> Optional[str]:
    """The text of `node` as it stands in `source`; None if it has no place."""
    try:
        first, start, last, end = (getattr(node, name) for name in _PLACE)
    except AttributeError:
        return None
    if last is None or end is None:
        return None
    # Columns count bytes, and lines end as the tokenizer has it: not at a form feed.
    lines = source.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[first - 1 : last]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"\n".join(lines).decode()


_FUNCTIONS = (
    parse,
    iter_fields,
    iter_child_nodes,
    walk,
    copy_location,
    fix_missing_locations,
    get_source_segment,
)
