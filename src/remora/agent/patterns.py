"""Glob patterns over names of any kind: paths, modules, functions, types.

Pure.  `fnmatch` is not used because it brings `re` into the program.
"""

from __future__ import annotations


def is_pattern(text: str) -> bool:
    """Whether the text is more than a plain name."""
    return "*" in text or "?" in text


def matches(pattern: str, name: str, border: str = "") -> bool:
    """Whether the whole of `name` matches `pattern`.

    `?` stands for one character and `*` for any number of them, but none of `border`; `**` for any
    number of any characters.
    """
    # Where to take up again, when what follows the last star does not fit: (pattern, name, reach).
    retries: list[tuple[int, int, bool]] = []
    at = position = 0
    while True:
        if at == len(pattern):
            if position == len(name):
                return True
        elif pattern[at] == "*":
            across = pattern[at : at + 2] == "**"
            at += 2 if across else 1
            retries.append((at, position, across))
            continue
        elif position < len(name) and _fits(pattern[at], name[position], border):
            at += 1
            position += 1
            continue
        while retries:
            at, position, across = retries.pop()
            if position < len(name) and (across or name[position] not in border):
                position += 1
                retries.append((at, position, across))
                break
        else:
            return False


def _fits(wanted: str, character: str, border: str) -> bool:
    return wanted == character or (wanted == "?" and character not in border)
