"""Files of the program: what a name means, where its text is, what has been loaded.

A *canonical* name is what two spellings of one file have in common: absolute
and without symbolic links.  Names that are no files (`<string>`) stay as they
are, and their text, when there is one, is served by reference.
"""

from __future__ import annotations

import sys

from ..dap import errors
from .code_lines import read_file_code
from .isolate import library, os
from .naming import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from .code_lines import FileCode
    from .scoping import Scoping


class Sources:
    """Names, texts and line tables of source files.  Reader thread, but `canonical`: any."""

    def __init__(self, scoping: Scoping) -> None:
        self._scoping = scoping
        self._canonical: dict[str, str] = {}
        #: The file that is about to be run, by its canonical name.
        self.program = ""
        self._file_code: dict[str, tuple[float, Optional[FileCode]]] = {}
        self._references: dict[str, int] = {}
        #: The canonical names of imported files, as of when there were so many modules.
        self._imported: tuple[int, set[str]] = (0, set())
        #: Those that `news` has given.
        self._told: set[str] = set()
        #: Texts that exist nowhere else.
        self._texts: dict[str, str] = {}

    def canonical(self, filename: str) -> str:
        """The one name of the file that `filename` (of a code object, or as a client spells it) means."""
        known = self._canonical.get(filename)
        if known is None:
            try:
                known = _look_up(filename)
            except ValueError:
                known = filename  # no path: it holds a null character, or what no file name can
            self._canonical[filename] = known
        return known

    def resolve(self, path: str) -> str:
        """The canonical name for what a person typed: a path, or the end of a loaded file's path.

        Raises `errors.RequestError` when several loaded files end so.
        """
        if path.startswith(("/", "<")):
            return self.canonical(path)
        wanted = "/" + os.path.normpath(path).lstrip("./")
        loaded = {self.canonical(each) for each in self.loaded_files()}
        found = sorted(each for each in loaded if each.endswith(wanted))
        if len(found) > 1:
            raise errors.ambiguous_source(path, found)
        return found[0] if found else self.canonical(path)

    def file_code(self, path: str) -> Optional[FileCode]:
        """Lines and functions of the file at the canonical `path`; None if it is not readable Python."""
        try:
            changed = os.stat(path).st_mtime
        except OSError:
            return None
        known = self._file_code.get(path)
        if known is None or known[0] != changed:
            known = self._file_code[path] = (changed, read_file_code(path))
        return known[1]

    def loaded_files(self) -> list[str]:
        """The source files of the modules that the program has imported, and of running code."""
        files = _imported_files() | _running_files()
        return sorted(each for each in files if _is_source(each))

    def is_loaded(self, path: str) -> bool:
        """Whether the program has imported, or runs, or is, the file with the canonical name `path`."""
        if path == self.program:
            return True
        return path in self._imports() or any(self.canonical(each) == path for each in _running_files())

    def is_loaded_name(self, path: str) -> bool:
        """The same of any name: that of a file, or of code that came from none."""
        return path.startswith("<") or self.is_loaded(self.canonical(path))

    def news(self) -> list[str]:
        """The files that the program has imported since this was asked last, by their canonical names."""
        imported = self._imports()
        if imported is self._told:
            return []
        fresh = sorted(each for each in imported - self._told if _is_source(each))
        self._told = imported
        return fresh

    def filename(self, reference: int) -> Optional[str]:
        """The name behind a `sourceReference`."""
        return next((name for name, number in self._references.items() if number == reference), None)

    def body(self, filename: str) -> dict[str, Any]:
        """The DAP Source for a file name of a code object."""
        path = self.canonical(filename)
        if self.is_there(path) and not path.startswith("<"):
            body: dict[str, Any] = {"name": os.path.basename(path), "path": path}
        else:
            body = {"name": os.path.basename(path), "path": path, "sourceReference": self._refer(filename)}
        if self._scoping.is_library(filename):
            body["presentationHint"] = "deemphasize"
        return body

    def is_there(self, path: str) -> bool:
        """Whether the canonical name `path` is that of a file, or of code that was never in one."""
        return path.startswith("<") or os.path.exists(path)

    def text(self, path: Optional[str], reference: int = 0) -> str:
        """The text of a source, by reference or by path.

        Raises `errors.RequestError` when it cannot be had.
        """
        if reference:
            path = self.filename(reference)
        if not path:
            raise errors.source_unavailable("reference %d" % reference, "the program has no such source.")
        if path in self._texts:
            return self._texts[path]
        for read in (_read_file, _read_linecache, _read_loader):
            text = read(path)
            if text is not None:
                return text
        raise errors.source_unavailable(path, "neither a file nor a loader of the program has it.")

    def keep(self, filename: str, text: str) -> None:
        """Serve `text` as the source of code that was compiled under a name that is no file."""
        self._texts[filename] = text

    def _imports(self) -> set[str]:
        count = len(sys.modules)
        if self._imported[0] != count:
            self._imported = (count, {self.canonical(each) for each in _imported_files()})
        return self._imported[1]

    def _refer(self, filename: str) -> int:
        return self._references.setdefault(filename, len(self._references) + 1)


def _look_up(filename: str) -> str:
    if filename.startswith("<"):
        return filename
    if not filename.startswith("/") and not os.path.exists(filename):
        # A script that was started by a relative name, and the program has changed its folder since.
        for folder in sys.path:
            if os.path.exists(os.path.join(folder, filename)):
                return str(os.path.realpath(os.path.join(folder, filename)))
    return str(os.path.realpath(filename))


def _imported_files() -> set[str]:
    files = [namespace_of(module).get("__file__") for module in list(sys.modules.values())]
    return {each for each in files if isinstance(each, str)}


def _running_files() -> set[str]:
    files: set[str] = set()
    for frame in sys._current_frames().values():
        step: Any = frame
        while step is not None:
            files.add(step.f_code.co_filename)
            step = step.f_back
    return files


def _is_source(filename: str) -> bool:
    return filename.endswith((".py", ".pyw")) or "." not in os.path.basename(filename)


def _read_file(path: str) -> Optional[str]:
    try:
        with library("tokenize").open(path) as file:
            text: str = file.read()
            return text
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def _read_linecache(path: str) -> Optional[str]:
    linecache: Any = sys.modules.get("linecache")
    entry = getattr(linecache, "cache", {}).get(path)
    return "".join(entry[2]) if entry and len(entry) == 4 else None


def _read_loader(path: str) -> Optional[str]:
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == path:
            get_source = getattr(getattr(module, "__loader__", None), "get_source", None)
            try:
                return get_source(module.__name__) if get_source else None
            except (ImportError, OSError):
                return None
    return None
