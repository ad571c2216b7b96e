"""Which call the cursor stands in, for a hint of its signature.  Pure."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

_OPENING, _CLOSING = "([{", ")]}"
_STRING = re.compile(r"'''|\"\"\"|'|\"")
#: A name with attributes and simple subscripts, at the end of a text.
_CALLEE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[(?:'[^']*'|\"[^\"]*\"|-?\d+|\w+)\])*$")
_KEYWORD_ARGUMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")
_BEGINNING = re.compile(r"\s*\w*")
_DEFINITION = re.compile(r"\b(?:def|class)\s+$")


@dataclass(frozen=True)
class Call:
    """An open call, and the argument at the cursor: its place, and its name if it is given by that."""

    callee: str
    position: int
    keyword: str = ""


@dataclass
class _Bracket:
    at: int
    kind: str
    #: Where each argument begins.
    arguments: list[int]


def call_at(before: str) -> Call | None:
    """The innermost call that is open at the end of `before`; None if there is none."""
    calls = (_call_of(before, bracket) for bracket in reversed(_scan(before)[0]))
    return next((call for call in calls if call is not None), None)


def names_of_arguments(before: str, signature: str) -> list[str]:
    """The parameters that may follow by name, where a new argument of the call of `signature` begins."""
    opened = _scan(before)[0]
    if not opened or _call_of(before, opened[-1]) is None:
        return []
    *earlier, last = opened[-1].arguments
    if _BEGINNING.fullmatch(before, last) is None:
        return []
    given = [_KEYWORD_ARGUMENT.match(before, at) for at in earlier]
    named = {argument[1] for argument in given if argument is not None}
    return [name for name in _by_name(signature, given.count(None)) if name not in named]


def is_in_text(before: str) -> bool:
    """Whether the cursor is inside a string or a comment, except for a key as in `d['`."""
    return _scan(before)[1]


def current_parameter(signature: str, call: Call) -> tuple[int, int] | None:
    """Where in `signature`, "(a, b=1)", the parameter of the current argument stands."""
    parts = _parameters(signature)
    named = [name.lstrip("*") for name, _, _ in parts]
    if call.keyword:
        found = [part for part, name in zip(parts, named, strict=True) if name == call.keyword]
        found = found or [part for part in parts if part[0].startswith("**")]
        return found[0][1:] if found else None
    left = call.position
    for name, start, end in parts:
        if name == "/":
            continue
        if name == "*" or name.startswith("**"):
            return None
        if left == 0 or name.startswith("*"):
            return start, end
        left -= 1
    return None


def _call_of(before: str, bracket: _Bracket) -> Call | None:
    match = _CALLEE.search(before, 0, bracket.at) if bracket.kind == "(" else None
    if match is None or keyword.iskeyword(match[0]) or _DEFINITION.search(before, 0, match.start()):
        return None
    argument = _KEYWORD_ARGUMENT.match(before, bracket.arguments[-1])
    return Call(match[0], len(bracket.arguments) - 1, argument[1] if argument else "")


def _by_name(signature: str, positional: int) -> list[str]:
    """The parameters that have a name to be given by, after so many arguments without one."""
    names: list[str] = []
    for name, _, _ in _parameters(signature):
        if name == "/":
            names.clear()
        elif name.startswith("*"):
            positional = 0
        elif positional:
            positional -= 1
        else:
            names.append(name)
    return names


def _parameters(signature: str) -> list[tuple[str, int, int]]:
    """Name, start and end of each parameter."""
    depth, start = 0, 1
    parts: list[tuple[str, int, int]] = []
    for at, character in enumerate(signature):
        depth += (character in _OPENING) - (character in _CLOSING)
        if (depth == 1 and character == ",") or (depth == 0 and character == ")"):
            text = signature[start:at]
            name = re.match(r"\s*(/|\*{0,2}\w*)", text)
            if name is not None and name[1]:
                parts.append((name[1], start + len(text) - len(text.lstrip()), at))
            start = at + 1
        if depth == 0:
            break
    return parts


def _scan(before: str) -> tuple[list[_Bracket], bool]:
    """The brackets that are open at the end, and whether that is inside a string or a comment."""
    opened: list[_Bracket] = []
    at = 0
    while at < len(before):
        character = before[at]
        if character == "#":
            at = before.find("\n", at)
            if at < 0:
                return opened, True
        elif character in "'\"":
            end = _end_of_string(before, at)
            if end is None:
                return opened, not before[:at].endswith("[")
            at = end - 1
        elif character in _OPENING:
            opened.append(_Bracket(at, character, [at + 1]))
        elif character in _CLOSING and opened:
            opened.pop()
        elif character == "," and opened:
            opened[-1].arguments.append(at + 1)
        at += 1
    return opened, False


def _end_of_string(text: str, at: int) -> int | None:
    """Where the string that begins at `at` has ended; None if it has not."""
    match = _STRING.match(text, at)
    assert match is not None
    quote = match[0]
    position = match.end()
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text.startswith(quote, position):
            return position + len(quote)
        if len(quote) == 1 and text[position] == "\n":
            return position  # it was never closed, and the line is over
        position += 1
    return None
