"""Breakpoints: what clients have set, and where that is in the code that runs.

A *logical* breakpoint is what a client set (a line of a file, a function); it
is *installed* in each code object that holds its line or bears its name, when
that code is found: at once if it is running, else when it begins next.

`hits` and `function_entered` run on the threads of the program and are hot:
they take no lock, and each table that they read changes by one assignment.
"""

from __future__ import annotations

import sys

from .code_lines import lines_of
from .compat import HAS_CO_QUALNAME
from .conditions import Probe
from .naming import functions_named
from .tracing.base import LINE, NOTHING, PY_START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Optional

    from .demands import Demands
    from .sources import Sources
    from .tracing.base import Tracer

_PENDING = "waits: the program has not loaded this yet"


class Logical:
    """One breakpoint as a client set it.  Data only."""

    def __init__(
        self, client: object, probe: Probe, *, path: str = "", line: int = 0, name: str = ""
    ) -> None:
        self.client = client
        self.probe = probe
        self.path = path
        self.line = line
        self.name = name
        self.verified = False

    def body(self, source: Optional[dict[str, Any]]) -> dict[str, Any]:
        """The DAP Breakpoint."""
        body: dict[str, Any] = {"id": self.probe.id, "verified": self.verified}
        if not self.verified:
            body["message"] = _PENDING
            body["reason"] = "pending"
        if self.line:
            body["line"] = self.line
        if source is not None:
            body["source"] = source
        return body


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
        changed: Callable[[dict[str, Any]], None],
    ) -> None:
        self._tracer = tracer
        self._demands = demands
        self._sources = sources
        self._changed = changed
        self._by_path: dict[str, tuple[Logical, ...]] = {}
        self._by_name: tuple[Logical, ...] = ()
        self._installed: dict[int, _Installed] = {}

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
        entry = tuple([each for each in self._by_name if self._bears_name(code, path, module, each.name)])
        if not of_file and not entry and id(code) not in self._installed:
            return
        own = lines_of(code) if of_file else frozenset()
        lines: dict[int, tuple[Logical, ...]] = {}
        for each in of_file:
            if each.line in own:
                lines[each.line] = (*lines.get(each.line, ()), each)
        self._watch(_Installed(code, module, lines, entry))
        self._verify((*of_file, *entry), code)

    # -- on the reader thread ------------------------------------------------------------------

    def set_file(self, client: object, path: str, wanted: list[tuple[int, Probe]]) -> list[Logical]:
        """Replace the breakpoints of `client` in the file with the canonical name `path`."""
        file_code = self._sources.file_code(path) if wanted else None
        loaded = self._sources.is_loaded(path) if wanted else False
        own = []
        for line, probe in wanted:
            nearest = file_code.nearest(line) if file_code is not None else None
            logical = Logical(client, probe, path=path, line=nearest or line)
            logical.verified = loaded and nearest is not None
            own.append(logical)
        kept = [each for each in self._by_path.get(path, ()) if each.client is not client]
        by_path = {**self._by_path, path: (*kept, *own)}
        self._by_path = {key: value for key, value in by_path.items() if value}
        self._reinstall(path)
        return own

    def set_functions(self, client: object, wanted: list[tuple[str, Probe]]) -> list[Logical]:
        """Replace the function breakpoints of `client`.

        A name is `function`, `Class.method` or `module:name`.
        """
        own = [Logical(client, probe, name=name) for name, probe in wanted]
        self._by_name = (*[each for each in self._by_name if each.client is not client], *own)
        self._reinstall(None)
        for logical in own:
            for code, module in functions_named(logical.name):
                self.install(code, module)
        return own

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

    # -- private -------------------------------------------------------------------------------

    def _reinstall(self, path: Optional[str]) -> None:
        """Bring the code objects up to date with the tables; those of `path` alone, if it is given."""
        for installed in list(self._installed.values()):
            if path is None or self._sources.canonical(installed.code.co_filename) == path:
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

    def _watch(self, installed: _Installed) -> None:
        key = id(installed.code)
        events = (LINE if installed.lines else NOTHING) | (PY_START if installed.entry else NOTHING)
        if events:
            self._installed[key] = installed
        else:
            self._installed.pop(key, None)
        self._demands.want(self, installed.code, events, frozenset(installed.lines))

    def _verify(self, found: tuple[Logical, ...], code: CodeType) -> None:
        for each in found:
            if not each.verified:
                each.verified = True
                if each.name:
                    each.path = self._sources.canonical(code.co_filename)
                    each.line = min(lines_of(code), default=code.co_firstlineno)
                self._changed(each.body(self._sources.body(code.co_filename)))

    def _bears_name(self, code: CodeType, path: str, module: dict[str, Any], wanted: str) -> bool:
        where, _, name = wanted.rpartition(":")
        if name.rpartition(".")[2] != code.co_name:
            return False
        if where and where not in (module.get("__name__"), path) and not path.endswith("/" + where):
            return False
        full = self._qualified_name(code, path)
        return full == name or full.endswith("." + name)

    def _qualified_name(self, code: Any, path: str) -> str:
        if HAS_CO_QUALNAME:
            return str(code.co_qualname)
        file_code = self._sources.file_code(path)
        names = file_code.names if file_code is not None else {}
        return names.get((code.co_firstlineno, code.co_name), code.co_name)
