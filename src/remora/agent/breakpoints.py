"""Breakpoints: what clients have set, and where that is in the code that runs.

A *logical* breakpoint is what a client set (a line of a file, a function); it
is *installed* in each code object that holds its line or bears its name, when
that code is found: at once if it is running, else when it begins next.

`hits` and `function_entered` run on the threads of the program and are hot:
they take no lock, and each table that they read changes by one assignment.
"""

from __future__ import annotations

import sys

from .code_lines import first_column, lines_of
from .compat import HAS_CO_POSITIONS, HAS_CO_QUALNAME
from .conditions import Probe
from .inspection.frames import utf16_offset
from .naming import FunctionName
from .tracing.base import LINE, NOTHING, PY_START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .code_lines import FileCode
    from .demands import Demands
    from .sources import Sources
    from .statements import Statements
    from .tracing.base import Tracer

_PENDING = "waits: the program has not loaded this yet"
#: In the words of debugpy, which scripts look for.
_MISSING = "Breakpoint in file that does not exist."
_NO_COLUMNS = "this Python does not tell columns: stops wherever the line begins"


class Wish:
    """A breakpoint in a file as a client asks for it: lines and columns from 1.  Data only."""

    def __init__(self, line: int, probe: Probe, column: Optional[int] = None) -> None:
        self.line = line
        self.column = column
        self.probe = probe


class Logical:
    """One breakpoint as a client set it.  Data only."""

    def __init__(
        self,
        client: object,
        probe: Probe,
        *,
        path: str = "",
        line: int = 0,
        name: Optional[FunctionName] = None,
    ) -> None:
        self.client = client
        self.probe = probe
        self.path = path
        self.line = line
        #: In bytes from 0, of the code object that is meant, among those that have to do with the line.
        self.offset: Optional[int] = None
        self.name = name
        self.verified = False
        self.message = _PENDING
        #: What is to be said of it once it is verified.
        self.remark = ""

    def body(self, source: Optional[dict[str, Any]]) -> dict[str, Any]:
        """The DAP Breakpoint."""
        body: dict[str, Any] = {"id": self.probe.id, "verified": self.verified}
        message = self.remark if self.verified else ". ".join(filter(None, (self.message, self.remark)))
        if message:
            body["message"] = message
        if not self.verified and self.message != _MISSING:
            body["reason"] = "pending"
        if self.line:
            body["line"] = self.line
        if self.offset is not None:
            body["column"] = utf16_offset(self.path, self.line, self.offset) + 1
        if source is not None:
            body["source"] = source
        return body

    def stands_in(self, code: CodeType) -> bool:
        """Whether it means `code`, which has something to do on its line."""
        return self.offset is None or first_column(code, self.line) in (None, self.offset)


class _Installed:
    """What is watched in one code object.  Keeps the code alive, so that its `id` stays its own."""

    def __init__(
        self,
        code: CodeType,
        module: dict[str, Any],
        lines: dict[int, tuple[Logical, ...]],
        entry: tuple[Logical, ...],
    ) -> None:
        self.code = code
        self.module = module
        self.lines = lines
        self.entry = entry


class Breakpoints:
    """All breakpoints of all clients."""

    def __init__(
        self,
        tracer: Tracer,
        demands: Demands,
        sources: Sources,
        statements: Statements,
        changed: Callable[[dict[str, Any]], None],
    ) -> None:
        self._tracer = tracer
        self._demands = demands
        self._sources = sources
        self._statements = statements
        self._changed = changed
        self._by_path: dict[str, tuple[Logical, ...]] = {}
        self._by_name: tuple[Logical, ...] = ()
        self._installed: dict[int, _Installed] = {}
        #: The same by canonical path.
        self._codes_of: dict[str, dict[int, _Installed]] = {}

    # -- on the threads of the program -------------------------------------------------------

    def hits(self, frame: FrameType, line: int) -> tuple[int, ...]:
        """The ids of the breakpoints on `line` that want to stop the thread now."""
        installed = self._installed.get(id(frame.f_code))
        if installed is None:
            return ()
        here = installed.lines.get(line)
        if here is None:
            return ()
        return tuple([each.probe.id for each in here if each.probe.wants_stop(frame)])

    def function_entered(self, frame: FrameType) -> tuple[int, ...]:
        """The ids of the function breakpoints that want to stop at the first line of `frame`."""
        installed = self._installed.get(id(frame.f_code))
        if installed is None or not installed.entry:
            return ()
        return tuple([each.probe.id for each in installed.entry if each.probe.wants_stop(frame)])

    def install(self, code: CodeType, module: dict[str, Any]) -> None:
        """Watch in `code` what concerns it.  `module` is the namespace that it runs in."""
        path = self._sources.canonical(code.co_filename)
        of_file = self._by_path.get(path, ())
        entry = tuple([each for each in self._by_name if self._is_named(code, path, module, each)])
        if not of_file and not entry and id(code) not in self._installed:
            return
        own = lines_of(code) if of_file else frozenset()
        here = [each for each in of_file if each.line in own and each.stands_in(code)]
        lines: dict[int, tuple[Logical, ...]] = {}
        for each in here:
            lines[each.line] = (*lines.get(each.line, ()), each)
        self._watch(path, _Installed(code, module, lines, entry))
        # What else is in the file has been loaded with it.
        self._verify((*of_file, *entry), code)

    # -- on the reader thread ------------------------------------------------------------------

    def set_file(self, client: object, path: str, wishes: list[Wish]) -> list[Logical]:
        """Replace the breakpoints of `client` in the file with the canonical name `path`."""
        file_code = self._sources.file_code(path) if wishes else None
        loaded = self._sources.is_loaded(path) if wishes else False
        own = []
        for wish in wishes:
            nearest = self._nearest(path, wish.line, file_code) if file_code is not None else None
            own.append(_placed(Logical(client, wish.probe, path=path), wish, file_code, nearest))
        for logical in own:
            logical.verified = loaded and file_code is not None and logical.line in file_code.lines
        kept = [each for each in self._by_path.get(path, ()) if each.client is not client]
        by_path = {**self._by_path, path: (*kept, *own)}
        if not by_path[path]:
            del by_path[path]
        self._by_path = by_path
        self._reinstall(path)
        return own

    def set_functions(self, client: object, wanted: list[tuple[str, Probe]]) -> list[Logical]:
        """Replace the function breakpoints of `client`.  What a name may be: see `naming`."""
        own = [Logical(client, probe, name=FunctionName(name)) for name, probe in wanted]
        self._by_name = (*[each for each in self._by_name if each.client is not client], *own)
        self._reinstall(None)
        for logical in own:
            assert logical.name is not None
            for code, module in logical.name.functions():
                self.install(code, module)
        return own

    def count(self, client: object) -> int:
        """How many a client has set."""
        return sum(each.client is client for each in self._everything())

    def drop(self, client: object) -> None:
        """Remove all breakpoints of a client that has gone."""
        for path in [path for path, all_ in self._by_path.items() if any(e.client is client for e in all_)]:
            self.set_file(client, path, [])
        if any(each.client is client for each in self._by_name):
            self.set_functions(client, [])

    def reason(self, hit_ids: tuple[int, ...]) -> str:
        """The DAP reason for stopping at these breakpoints."""
        by_name = {each.probe.id for each in self._by_name}
        return "function breakpoint" if by_name.issuperset(hit_ids) else "breakpoint"

    def are_set(self, hit_ids: tuple[int, ...]) -> bool:
        """Whether one of these breakpoints has not been removed."""
        return any(each.probe.id in hit_ids for each in self._everything())

    # -- private -------------------------------------------------------------------------------

    def _everything(self) -> list[Logical]:
        return [*self._by_name, *(each for all_ in self._by_path.values() for each in all_)]

    def _reinstall(self, path: Optional[str]) -> None:
        """Bring the code objects up to date with the tables; those of `path` alone, if it is given."""
        of_path = self._installed if path is None else self._codes_of.get(path, {})
        for installed in list(of_path.values()):
            self.install(installed.code, installed.module)
        wanted = bool(self._by_path or self._by_name)
        if wanted:
            self._install_running(path)
        self._tracer.find_code(wanted)

    def _install_running(self, path: Optional[str]) -> None:
        canonical = self._sources.canonical
        for frame in sys._current_frames().values():
            step: Optional[FrameType] = frame
            while step is not None:
                if path is None or canonical(step.f_code.co_filename) == path:
                    self.install(step.f_code, step.f_globals)
                step = step.f_back

    def _watch(self, path: str, installed: _Installed) -> None:
        key = id(installed.code)
        events = LINE if installed.lines else NOTHING
        # A function on one line reports that line, in 3.13 and later, only if it reports its beginning, too.
        if installed.entry or installed.code.co_firstlineno in installed.lines:
            events |= PY_START
        if events:
            self._installed[key] = installed
            self._codes_of.setdefault(path, {})[key] = installed
        else:
            self._installed.pop(key, None)
            self._codes_of.get(path, {}).pop(key, None)
        self._demands.want(self, installed.code, events, frozenset(installed.lines))

    def _verify(self, found: tuple[Logical, ...], code: CodeType) -> None:
        for each in found:
            if not each.verified:
                each.verified = True
                if each.name is not None:
                    each.path = self._sources.canonical(code.co_filename)
                    each.line = min(lines_of(code), default=code.co_firstlineno)
                self._changed(each.body(self._sources.body(code.co_filename)))

    def _nearest(self, path: str, line: int, file_code: FileCode) -> Optional[int]:
        """Where one who means `line` wants to stop: in the statement that goes over it, else behind it."""
        if line not in file_code.lines:
            statement = self._statements.around(self._sources.text(path), line)
            before = [each for each in statement if each < line and each in file_code.lines]
            if before:
                return before[-1]
        return file_code.nearest(line)

    def _is_named(self, code: CodeType, path: str, module: dict[str, Any], logical: Logical) -> bool:
        name = logical.name
        assert name is not None
        return name.means(code, path, str(module.get("__name__")), lambda: self._qualified_name(code, path))

    def _qualified_name(self, code: Any, path: str) -> str:
        if HAS_CO_QUALNAME:
            return str(code.co_qualname)
        file_code = self._sources.file_code(path)
        return code.co_name if file_code is None else file_code.qualified_name(code)


def _placed(logical: Logical, wish: Wish, file_code: Optional[FileCode], nearest: Optional[int]) -> Logical:
    """The breakpoint at the line `nearest` to the one that is asked for, with a word on what differs."""
    logical.line = wish.line
    if file_code is None:
        if not logical.path.startswith("<"):
            logical.message = _MISSING
        return logical
    if nearest is None:
        logical.message = "there is no code in this file"
        return logical
    logical.line = nearest
    if nearest != wish.line:
        logical.remark = "there is no code on line %d: moved to line %d" % (wish.line, nearest)
    if wish.column is not None:
        _place_in_line(logical, wish.column if nearest == wish.line else 1, file_code)
    return logical


def _place_in_line(logical: Logical, column: int, file_code: FileCode) -> None:
    """Choose the code object that begins at `column`, or before it, if there are several on the line."""
    if not HAS_CO_POSITIONS:
        logical.remark = logical.remark or _NO_COLUMNS
        return
    offsets = file_code.columns(logical.line)
    before = [each for each in offsets if utf16_offset(logical.path, logical.line, each) < column]
    if offsets:
        logical.offset = before[-1] if before else offsets[0]
