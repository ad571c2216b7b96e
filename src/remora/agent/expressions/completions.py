"""Completion of what is typed at a prompt.

Decides which names can follow; runs no code of the program to find out.  Runs
on the thread that owns the frame.
"""

from __future__ import annotations

import sys

from ..inspection.child import place_of
from ..inspection.indexed import literal
from ..inspection.static import (
    ABSENT,
    BUILTIN,
    METHOD,
    MODULE,
    ROUTINES,
    RunsCode,
    attribute,
    attribute_names,
    class_attribute,
    is_a,
)
from ..syntax import library_ast
from .importable import modules_in
from .lookup import NotHarmless, builtins_of, look_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Optional

_MOST = 1000
_KEYWORDS = (
    "False None True and as assert async await break class continue def del elif else except finally for from"
    " global if import in is lambda nonlocal not or pass raise return try while with yield"
).split()


def completions(frame: Optional[FrameType], text: str, column: int, line: int = 1) -> list[dict[str, Any]]:
    """Return DAP `CompletionItem`s for `text` with the cursor at `column` of `line`, both from 1.

    Columns count UTF-16 units, as in DAP; `start` of an item is the position,
    from 0, in the whole text at which it replaces `length` units.  Without a
    frame, names are those of `__main__`.
    """
    place: Any = frame if frame is not None else _main()
    before, offset = _text_before(text, column, line)
    stem, matches = _matches(place, before)
    start = offset + _units(before[: len(before) - len(stem)])
    return [
        {"label": name, "type": kind, "start": start, "length": _units(stem)}
        for name, kind in sorted(matches, key=lambda match: place_of(match[0]))[:_MOST]
    ]


def _matches(frame: FrameType, before: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what is already typed of the name, and (name, kind) of what it may become."""
    words = before.split()
    if words[:1] in (["import"], ["from"]):
        found = _import_matches(before, words)
        if found is not None:
            return found
    key = _key_at_end(before)
    if key is not None:
        return key[1], _key_matches(frame, *key)
    stem = _name_at_end(before)
    rest = before[: len(before) - len(stem)]
    if rest.endswith("."):
        owner = _value_of(frame, _primary_at_end(rest[:-1]))
        names = _attributes(owner) if owner is not ABSENT else []
    else:
        names = _names(frame)
    typed = stem.lower()
    return stem, [(name, kind) for name, kind in names if name.lower().startswith(typed)]


def _names(frame: FrameType) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for name in _KEYWORDS:
        found[name] = "keyword"
    for namespace in (builtins_of(frame), frame.f_globals, frame.f_locals):
        for name in list(namespace):
            if type(name) is str and name.isidentifier():
                found[name] = _kind(namespace.get(name))
    return list(found.items())


def _attributes(owner: Any) -> list[tuple[str, str]]:
    return [(name, _attribute_kind(owner, name)) for name in attribute_names(owner) if name.isidentifier()]


def _attribute_kind(owner: Any, name: str) -> str:
    try:
        return _kind(attribute(owner, name))
    except (RunsCode, AttributeError):
        in_class = class_attribute(type(owner), name)
        return "function" if type(in_class) in _FUNCTIONS else "property"


def _kind(value: Any) -> str:
    """The DAP CompletionItemType; those that debugpy knows, where several fit."""
    if is_a(value, type):
        return "class"
    if is_a(value, MODULE):
        return "module"
    return "function" if type(value) in _FUNCTIONS else "field"


def _import_matches(before: str, words: list[str]) -> Optional[tuple[str, list[tuple[str, str]]]]:
    """Complete modules; names of one that is loaded, and modules in it, after `from ... import`."""
    stem = _name_at_end(before, extra=".")
    if words[0] == "from" and "import" in words[1:] and len(words) >= 3:
        stem = _name_at_end(before)
        module = sys.modules.get(words[1])
        inside = dict.fromkeys(modules_in(words[1]), "module")
        inside.update(_attributes(module) if module is not None else ())
        return stem, [(name, kind) for name, kind in inside.items() if name.startswith(stem)]
    if words[0] == "import" and len(words) > 2 and "as" in words:
        return None
    package, _, last = stem.rpartition(".")
    loaded = [name for name in list(sys.modules) if name.startswith(stem)]
    found = {name[len(package) + bool(package) :].partition(".")[0] for name in loaded}
    found.update(name for name in modules_in(package) if name.startswith(last))
    if words[0] == "from" and len(words) > 1 and before.endswith(" "):
        return "", [("import", "keyword")]
    return last, [(name, "module") for name in found]


def _key_at_end(before: str) -> Optional[tuple[str, str]]:
    """Return (expression, what is typed of the key) if the cursor is inside `expression[`."""
    at = before.rfind("[")
    if at < 0:
        return None
    owner, typed = _primary_at_end(before[:at]), before[at + 1 :]
    if not owner or "]" in typed or typed and not (typed[0] in "'\"" or typed.isdigit()):
        return None
    return owner, typed


def _key_matches(frame: FrameType, owner: str, typed: str) -> list[tuple[str, str]]:
    value = _value_of(frame, owner)
    if not is_a(value, dict):
        return []
    matches = []
    for key, _ in zip(list(dict.keys(value)) if dict.__len__(value) < 100_000 else (), range(_MOST)):
        text = literal(key)
        if text is not None and typed.startswith('"') and type(key) is str and '"' not in text:
            text = f'"{text[1:-1]}"'
        if text is not None and text.startswith(typed):
            matches.append((text, "value"))
    return matches


def _value_of(frame: FrameType, expression: str) -> Any:
    ast = library_ast()
    try:
        tree: Any = ast.parse(expression.strip(), mode="eval")
        return look_up(ast.Expr(value=tree.body), frame)
    except (
        SyntaxError,
        ValueError,
        NotHarmless,
        NameError,
        AttributeError,
        LookupError,
        TypeError,
    ):
        return ABSENT


def _name_at_end(text: str, extra: str = "") -> str:
    at = len(text)
    while at and (text[at - 1].isidentifier() or text[at - 1].isdigit() or text[at - 1] in extra):
        at -= 1
    return text[at:]


def _primary_at_end(text: str) -> str:
    """Return the longest chain of names, attributes and subscripts at the end of `text`."""
    at = len(text)
    while at:
        character = text[at - 1]
        if character == "]":
            at = _start_of_subscript(text, at - 1)
            if at < 0:
                return ""
        elif character.isidentifier() or character.isdigit() or character == ".":
            at -= 1
        elif character in "'\"" and at == len(text):
            return _string_at_end(text)
        else:
            break
    return text[at:].lstrip(".")


def _string_at_end(text: str) -> str:
    start = text.rfind(text[-1], 0, len(text) - 1)
    return text[start:] if start >= 0 else ""


def _start_of_subscript(text: str, at: int) -> int:
    depth = 0
    for index in range(at, -1, -1):
        depth += (text[index] == "]") - (text[index] == "[")
        if not depth:
            return index
    return -1


def _text_before(text: str, column: int, line: int) -> tuple[str, int]:
    """Return the text of the line before the cursor, and the units of all lines before it."""
    lines = text.split("\n")
    index = min(max(line, 1), len(lines)) - 1
    offset = sum(_units(each) + 1 for each in lines[:index])
    encoded = lines[index].encode("utf-16-le", "surrogatepass")
    return encoded[: 2 * max(0, column - 1)].decode("utf-16-le", "ignore"), offset


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _main() -> Any:
    from .evaluation import MainFrame

    return MainFrame()


_FUNCTIONS = ROUTINES | {BUILTIN, METHOD, type([].__len__)}
