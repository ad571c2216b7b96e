"""Which file here is which file of the program: `set substitute` and `set patsub`.

Pure.  Without rules nothing is mapped, and text comes from the program.
"""

from __future__ import annotations

import re

from .wire import CommandError


class PathMap:
    """Rules in the order in which they were given; the first that fits is taken."""

    def __init__(self) -> None:
        #: Beginnings of paths: the program's, ours.
        self.substitutions: list[tuple[str, str]] = []
        #: Patterns that are searched in the program's paths, and what takes the place of what they match.
        self.patterns: list[tuple[re.Pattern[str], str]] = []

    def substitute(self, theirs: str, ours: str) -> None:
        """Say that what is below `theirs` in the program is below `ours` here, and no more where it was."""
        theirs, ours = theirs.rstrip("/") or "/", ours.rstrip("/") or "/"
        self.substitutions = [each for each in self.substitutions if each[0] != theirs] + [(theirs, ours)]

    def replace(self, pattern: str, replacement: str) -> None:
        """Rewrite the program's paths by a regular expression; raises `CommandError`."""
        try:
            compiled = re.compile(pattern)
            re.sub(compiled, replacement, "")
        except re.error as error:
            raise CommandError(f"'{pattern}' is no regular expression: {error}") from None
        self.patterns = [each for each in self.patterns if each[0].pattern != pattern]
        self.patterns.append((compiled, replacement))

    def forget(self) -> None:
        """Take all rules back."""
        self.substitutions, self.patterns = [], []

    def ours(self, path: str) -> str | None:
        """The file here of a path of the program's; None when no rule is about it."""
        for theirs, ours in self.substitutions:
            if _is_below(path, theirs):
                return _moved(path, theirs, ours)
        for pattern, replacement in self.patterns:
            if pattern.search(path):
                return pattern.sub(replacement, path)
        return None

    def theirs(self, path: str) -> str | None:
        """The program's path of a file here, as far as that can be told from `substitutions`."""
        for theirs, ours in self.substitutions:
            if _is_below(path, ours):
                return _moved(path, ours, theirs)
        return None


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _moved(path: str, old: str, new: str) -> str:
    rest = path[len(old.rstrip("/")) :]
    return new.rstrip("/") + rest or "/"
