"""Whose code is it: the agent's, the interpreter's import machinery, a library's, or the user's.

Pure but for the paths of this interpreter, which are read once per session.
`Scope.is_own` and `Scope.hides` run on the threads of the program and are hot.
"""

from __future__ import annotations

import sys

from ..dap import errors
from .isolate import os
from .patterns import is_pattern, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Optional

#: File names of the agent's own code begin so (see `bundle`).
OWN_PREFIX = "<remora>/"

#: What a program calls to be debugged, and what that imports.
_PREPARED_FOLDERS = ("/remora/prepared/", "/remora/inject/")
_PREPARED_FILES = ("/remora/__init__.py", "/remora/sessions.py")

_HIDDEN_PREFIXES = (OWN_PREFIX, "<frozen importlib", "<frozen zipimport")
_SITE_FOLDERS = ("/site-packages/", "/dist-packages/")

#: What libraries that write code call it; nobody can read it there.
_GENERATED_PREFIXES = (
    "<frozen ",
    OWN_PREFIX,
    "<attrs generated",
    "<__array_function__",
    "<decorator-gen",
    "<lambdifygenerated",
)

#: What dataclasses, named tuples and others call the code that they write, and `python -c` that of the user.
_NAMELESS = "<string>"


def is_hidden(code: CodeType) -> bool:
    """Code in which no step ends: ours and the import machinery."""
    filename = code.co_filename
    return filename.startswith(_HIDDEN_PREFIXES) or is_prepared(filename)


def is_prepared(filename: str) -> bool:
    """Whether a file is of `import remora`, in the program."""
    return filename.endswith(_PREPARED_FILES) or any(folder in filename for folder in _PREPARED_FOLDERS)


class Scoping:
    """Tells the user's code from that of libraries, by file name."""

    def __init__(self) -> None:
        folders = {os.path.dirname(os.__file__), sys.prefix + "/lib", sys.base_prefix + "/lib"}
        self._library_folders = tuple(folder + "/" for folder in folders)
        self._known: dict[str, bool] = {}

    def is_library(self, filename: str) -> bool:
        """Whether `filename` belongs to the standard library or to an installed package, or is generated."""
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._look(filename)
        return known

    def _look(self, filename: str) -> bool:
        if filename == _NAMELESS:
            return not _is_command(sys.modules.get("__main__"))
        if filename.startswith("<"):
            return filename.startswith(_GENERATED_PREFIXES)
        if any(folder in filename for folder in _SITE_FOLDERS):
            return True
        return filename.startswith(self._library_folders)


class Scope:
    """What one client calls its own code: the options `justMyCode` and `rules`."""

    def __init__(self, scoping: Scoping) -> None:
        self._scoping = scoping
        self.just_my_code = False
        self._rules: list[_Rule] = []
        self._by_module = False
        #: Per file (and module, if there are rules about modules): is it own, and is it hidden.
        self._known: dict[Any, tuple[bool, bool]] = {}

    def configure(self, options: dict[str, Any]) -> None:
        """Take over `justMyCode` and `rules`, as far as they are given; a new choice replaces the old.

        Raises `errors.RequestError` for a rule that is none.
        """
        rules = options.get("rules")
        if rules is not None:
            self._rules = _in_order([_Rule(each) for each in rules])
        self.just_my_code = options.get("justMyCode", self.just_my_code)
        self._by_module = any(not rule.is_path for rule in self._rules)
        self._known = {}

    def is_own(self, frame: FrameType) -> bool:
        """Whether the frame runs code of the user: what the rules include, else what is no library."""
        return self._verdict(frame)[0]

    def is_left(self, frame: FrameType, caller: FrameType) -> bool:
        """Whether what goes from `frame` to its caller leaves the user's code for that of others."""
        if not self._by_module:
            known = self._known.get(caller.f_code.co_filename)
            if known is not None and known[0]:
                return False
        return not self.is_own(caller) and self.is_own(frame)

    def hides(self, frame: FrameType) -> bool:
        """Whether steps go past this frame, and exceptions in it are none of the user's."""
        return self._verdict(frame)[1]

    def _verdict(self, frame: FrameType) -> tuple[bool, bool]:
        filename = frame.f_code.co_filename
        module = frame.f_globals.get("__name__") if self._by_module else None
        key = (filename, module) if self._by_module else filename
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._look(filename, str(module))
        return known

    def _look(self, filename: str, module: str) -> tuple[bool, bool]:
        if filename.startswith(_HIDDEN_PREFIXES) or is_prepared(filename):
            return False, True
        for rule in self._rules:
            if rule.applies(filename, module):
                return rule.include, not rule.include
        own = not self._scoping.is_library(filename)
        return own, self.just_my_code and not own


class _Rule:
    """One of `rules`: code of a file, a folder or a module is, or is not, the user's."""

    def __init__(self, rule: dict[str, Any]) -> None:
        self.include: bool = rule["include"]
        path: Optional[str] = rule.get("path")
        self.is_path = path is not None
        self.pattern: str = rule.get("module", "") if path is None else _path_pattern(path)
        if not self.pattern:
            raise errors.invalid_arguments("rules", "needs a path or a module in each rule")
        #: Folders and modules come before what they lie in; patterns keep their order between the two.
        self.is_plain = not self.is_path or not is_pattern(str(path))

    def applies(self, filename: str, module: str) -> bool:
        if self.is_path:
            return matches(self.pattern, filename, "/")
        return matches(self.pattern, module) or matches(self.pattern + ".**", module)


def _path_pattern(path: str) -> str:
    if not is_pattern(path) and os.path.isdir(path):
        return path.rstrip("/") + "/**"
    return path if path.startswith(("/", "**", "<")) else "**/" + path


def _in_order(rules: list[_Rule]) -> list[_Rule]:
    """The order in which the first rule that applies decides: the most particular before the general."""
    folders = [rule for rule in rules if rule.is_path and rule.is_plain]
    patterns = [rule for rule in rules if rule.is_path and not rule.is_plain]
    modules = [rule for rule in rules if not rule.is_path]
    return [*_longest_first(folders), *patterns, *_longest_first(modules)]


def _longest_first(rules: list[_Rule]) -> list[_Rule]:
    return sorted(rules, key=lambda rule: -len(rule.pattern))


def _is_command(main: Any) -> bool:
    """Whether the program was given on the command line, by `-c`."""
    return main is not None and not hasattr(main, "__file__")
