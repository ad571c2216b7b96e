"""What keeps an object alive: the ways to it from modules, running functions and other places.

The object is given as a Python expression, as in `referrers app.cache["x"]`. References that only C knows,
and those of tuples and dictionaries of plain values, which the garbage collector does not follow, are not
found. Every object is looked at for each step, while the program goes on: 1 or 2 s for a million of them.
For the list of them the program is held up for some 30 ms for each million.
"""

from __future__ import annotations

import gc
import sys
from itertools import islice

from ..agent.inspection.frames import function_name, visible_stack
from ..agent.inspection.locals import snapshot
from ..agent.inspection.presentation import render, type_name
from ..agent.inspection.static import instance_dict, module_name, read_descriptor, slots_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import AbstractSet, Any, Dict, Iterator, List, Tuple

    from . import Arguments

    #: "[" and a key, "." and a name, or "~" and words: how an object is reached from its owner.
    Edge = Tuple[str, Any]
    #: By `id`: objects, and the edges from each to the one that is looked for.
    Level = Dict[int, Tuple[Any, List[Edge]]]

ARGUMENTS: Arguments = (
    {"name": "object", "kind": "expression", "help": "what to look for: a Python expression"},
    {"name": "--depth", "kind": "count", "help": "how many steps are followed"},
    {"name": "--paths", "kind": "count", "help": "how many ways are shown"},
)

#: Objects that are followed at each step.
_WIDTH = 200
#: Objects that one call looks at.
_PIECE = 50_000
#: Attributes of built-in types by which they hold others.
_PARTS = {
    "function": (
        "__closure__",
        "__defaults__",
        "__kwdefaults__",
        "__dict__",
        "__globals__",
        "__annotations__",
    ),
    "method": ("__self__", "__func__"),
    "builtin_function_or_method": ("__self__",),
    "cell": ("cell_contents",),
    "property": ("fget", "fset", "fdel"),
    "staticmethod": ("__func__",),
    "classmethod": ("__func__",),
}
#: Where those that are suspended have their variables.
_FRAMES = {"generator": "gi_frame", "coroutine": "cr_frame", "async_generator": "ag_frame"}


def collect(object: Any, depth: int = 8, paths: int = 10) -> dict[str, Any]:
    """Return the `object` as text, its `direct` referrers by type, `paths`, and whether there is `more`.

    A path has its `root` ("module", "local", "namespace", or "" where its beginning is not known), `where`
    that is, and `path`: the way from there, as Python writes it.
    """
    # First of all, since what is made from here on may refer to it.
    objects = gc.get_objects()
    search = _Search(object, objects, _own_objects(sys._getframe()))
    found = list(islice(search.paths(depth), paths + 1))
    return {
        "object": {"type": type_name(object, full=True), "value": render(object, limit=200, static=True)},
        "direct": search.direct,
        "paths": [_path(*each) for each in found[:paths]],
        "more": search.is_cut or len(found) > paths,
    }


def _path(root: str, where: str, edges: list[Edge]) -> dict[str, str]:
    if root == "module" and where and edges[0][0] == "[":
        edges = [(".", "__dict__"), *edges]
    return {"root": root, "where": where, "path": _written(edges)}


def _own_objects(frame: FrameType | None) -> set[int]:
    """Return the ids of what this question holds the object with itself: its frames, and their variables."""
    found = set()
    while frame is not None and frame.f_code.co_filename.startswith(("<remora>/", "<prompt")):
        found.add(id(frame))
        found |= {id(value) for value in snapshot(frame).values() if type(value) in (dict, list, tuple)}
        frame = frame.f_back
    return found


class _Search:
    """Goes from an object to those that refer to it, and from these on, a level at a time."""

    def __init__(self, target: Any, objects: list[Any], ignored: set[int]) -> None:
        #: How many refer to the object itself, by type.
        self.direct: dict[str, int] = {}
        #: Whether not everything was followed.
        self.is_cut = False
        self._first: Level = {id(target): (target, [])}
        self._unowned: set[int] = set()
        self._frames = _running_frames()
        self._seen = {id(target), *map(id, self._frames)}
        self._modules = _namespaces_of_modules()
        self._objects = objects
        self._ignored = ignored

    def paths(self, depth: int) -> Iterator[tuple[str, str, list[Edge]]]:
        """Yield kind of root, its name, and the edges from there, the shortest ways first."""
        level = self._first
        for step in range(depth):
            self._unowned = set(level)
            for name, target, place in self._variables(level):
                yield "local", place, [(".", name), *level[id(target)][1]]
            above: Level = {}
            for owner, target in self._owners(level):
                edges = [_edge(owner, target), *level[id(target)][1]]
                if step == 0:
                    name = type_name(owner, full=True)
                    self.direct[name] = self.direct.get(name, 0) + 1
                if _is_namespace(owner):
                    yield self._root(owner, edges)
                else:
                    above[id(owner)] = owner, edges
            if step:
                for end in self._unowned:
                    yield "", type_name(level[end][0], full=True), level[end][1]
            level = self._cut(above)
        self.is_cut = self.is_cut or bool(level)

    def _owners(self, level: Level) -> Iterator[tuple[Any, Any]]:
        """Yield the objects that refer to one of a level, with that; namespaces with each that they hold."""
        ids = level.keys()
        for owner in self._objects:
            referents = gc.get_referents(owner)
            if not _are_among(ids, referents) or id(owner) in self._ignored or _is_ours(owner):
                continue
            targets = {id(each): each for each in referents if id(each) in ids}
            self._unowned -= targets.keys()
            if _is_namespace(owner):
                for target in targets.values():
                    yield owner, target
            elif id(owner) not in self._seen:
                self._seen.add(id(owner))
                yield owner, next(iter(targets.values()))

    def _variables(self, level: Level) -> Iterator[tuple[str, Any, str]]:
        """Yield the variables of running functions that hold one of a level, with it and where that is."""
        for frame in self._frames:
            if frame.f_locals is frame.f_globals:
                continue
            for name, value in snapshot(frame).items():
                if id(value) in level:
                    self._unowned.discard(id(value))
                    code = frame.f_code
                    place = "%s() at %s:%s" % (function_name(frame), code.co_filename, frame.f_lineno)
                    yield name, value, place

    def _root(self, space: dict[str, Any], edges: list[Edge]) -> tuple[str, str, list[Edge]]:
        module = self._modules.get(id(space))
        return ("namespace", "", edges) if module is None else ("module", module, edges)

    def _cut(self, level: Level) -> Level:
        if len(level) <= _WIDTH:
            return level
        self.is_cut = True
        return dict(islice(level.items(), _WIDTH))


def _are_among(ids: AbstractSet[int], objects: list[Any]) -> bool:
    """Tell whether one of the objects is meant, in pieces: a call of C over all would hold up the program."""
    if len(objects) <= _PIECE:
        return not ids.isdisjoint(map(id, objects))
    starts = range(0, len(objects), _PIECE)
    return any(not ids.isdisjoint(map(id, objects[start : start + _PIECE])) for start in starts)


def _namespaces_of_modules() -> dict[int, str]:
    found = {}
    for name, module in list(sys.modules.items()):
        space = instance_dict(module)
        if space is not None and name.partition(".")[0] != "_remora":
            found[id(space)] = name
    return found


def _is_ours(value: Any) -> bool:
    """Whether an object is the agent's, or one of its modules' namespaces."""
    if type(value) is dict:
        return str(value.get("__name__", "")).startswith("_remora")
    return module_name(type(value)).startswith("_remora")


def _is_namespace(value: Any) -> bool:
    """Whether a value is what code has for its globals."""
    return type(value) is dict and "__builtins__" in value


def _running_frames() -> list[FrameType]:
    hidden = getattr(sys.modules.get("_remora"), "own_threads", ())
    innermost = [frame for ident, frame in sys._current_frames().items() if ident not in hidden]
    return [frame for each in innermost for frame in visible_stack(each)]


def _edge(owner: Any, target: Any) -> Edge:
    """Return how `target` is reached from an object that refers to it."""
    cls = type(owner)
    if issubclass(cls, dict):
        key = next((key for key, value in dict.items(owner) if value is target), _edge)
        return ("~", "a key") if key is _edge else ("[", key)
    for sequence in (list, tuple):
        if issubclass(cls, sequence):
            for index, value in enumerate(sequence.__iter__(owner)):
                if value is target:
                    return "[", index
    if cls is target:
        return "~", "its class"
    if issubclass(cls, type) and type(target) is dict:
        return ".", "__dict__"
    name = next((name for name, value in _named(owner) if value is target), "")
    return (".", name) if name else ("~", "in a " + type_name(owner))


def _named(owner: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an object refers to under a name."""
    space = instance_dict(owner)
    if space is not None:
        yield "__dict__", space
        yield from dict.items(space)
    for name, descriptor in slots_of(type(owner)):
        yield name, read_descriptor(descriptor, owner)
    kind = type_name(owner, full=True)
    for name in _PARTS.get(kind, ()):
        yield name, getattr(owner, name, None)
    frame = owner if kind == "frame" else getattr(owner, _FRAMES[kind], None) if kind in _FRAMES else None
    if frame is not None:
        yield from snapshot(frame).items()


def _written(edges: list[Edge]) -> str:
    """Return a way as Python writes it, as far as Python could: `.cache['x'][3]`."""
    text = ""
    inside = False  # of a `__dict__`, whose items are attributes
    for kind, name in edges:
        if inside and kind == "[" and type(name) is str and name.isidentifier():
            kind = "."
        elif inside:
            text += ".__dict__"
        inside = kind == "." and name == "__dict__"
        if not inside:
            text += _step(kind, name)
    return text + (".__dict__" if inside else "")


def _step(kind: str, name: Any) -> str:
    if kind == "[":
        return "[%s]" % render(name, limit=60, static=True)
    return "." + name if kind == "." else " (%s)" % name
