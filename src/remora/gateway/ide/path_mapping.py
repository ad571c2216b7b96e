"""Names of files as the client has them ↔ as the program has them.

Pure, but for `resolveSymlinks`, which looks at files of ours.  Everything in a
message that DAP calls a source or a module is translated, and nothing else.
"""

from __future__ import annotations

import ntpath
import os
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

Message = dict[str, Any]

#: Before this come the program's own.
_FIRST_REFERENCE = 1 << 29


class PathMapping:
    """`mappings` are pairs of a client's and a program's directory, the longest that fits first."""

    def __init__(
        self, mappings: Sequence[tuple[str, str]], *, windows: bool = False, resolve: bool = False
    ) -> None:
        self._syntax = ntpath if windows else posixpath
        self._mappings = [
            (self._syntax.normpath(ours), posixpath.normpath(theirs)) for ours, theirs in mappings
        ]
        self._resolve = resolve
        #: What a client's link leads to → the link.
        self._links: dict[str, str] = {}
        #: Files of the program that the client need not have → `sourceReference`.
        self._references: dict[str, int] = {}

    @classmethod
    def of(cls, options: Mapping[str, Any], cwd: str) -> PathMapping:
        """As the options of `launch` or `attach` say; `cwd` is the program's directory."""
        mappings = [
            (each["localRoot"], posixpath.join(cwd, each["remoteRoot"]))
            for each in options.get("pathMappings", ())
        ]
        return cls(
            mappings,
            windows=str(options.get("clientOS", "")).lower() == "windows",
            resolve=options.get("resolveSymlinks", False),
        )

    def inward(self, request: Message) -> Message:
        """A request, as the program understands it."""
        if not self._mappings and not self._resolve:
            return request
        arguments = _translated(request.get("arguments"), self.to_program)
        if self._references and isinstance(arguments, dict):
            arguments = self._by_path(str(request.get("command")), arguments)
        return {**request, "arguments": arguments}

    def outward(self, message: Message) -> Message:
        """A response or an event, as the client understands it."""
        if not self._mappings and not self._links:
            return message
        if self._mappings and message.get("command") == "stackTrace":
            self._refer(message.get("body"))
        return {**message, "body": _translated(message.get("body"), self.to_client)}

    def to_program(self, path: str) -> str:
        for ours, theirs in sorted(self._mappings, key=lambda pair: -len(pair[0])):
            rest = self._below(ours, path)
            if rest is not None:
                return posixpath.join(theirs, *rest)
        real = os.path.realpath(path) if self._resolve and os.path.exists(path) else path
        if real != path:
            self._links[real] = path
        return real

    def to_client(self, path: str) -> str:
        for ours, theirs in sorted(self._mappings, key=lambda pair: -len(pair[1])):
            if path == theirs:
                return str(ours)
            beginning = theirs.rstrip("/") + "/"
            if path.startswith(beginning):
                return str(self._syntax.join(ours, *path[len(beginning) :].split("/")))
        return self._links.get(path, path)

    def _refer(self, stack: Any) -> None:
        """Have the client ask us for the text of files that are in no mapping."""
        for frame in stack.get("stackFrames", ()) if isinstance(stack, dict) else ():
            source = frame.get("source") or {}
            path = source.get("path", "")
            if path.startswith("/") and "sourceReference" not in source and not self._is_mapped(path):
                number = _FIRST_REFERENCE + len(self._references)
                source["sourceReference"] = self._references.setdefault(path, number)

    def _by_path(self, command: str, arguments: Message) -> Message:
        """With paths for references of ours, which the program does not know."""
        source = arguments.get("source") or {}
        number = arguments.get("sourceReference") or source.get("sourceReference")
        path = next((path for path, ours in self._references.items() if ours == number), None)
        if path is None:
            return arguments
        changed = {**arguments, "source": {"path": path}}
        return {**changed, "sourceReference": 0} if command == "source" else changed

    def _is_mapped(self, path: str) -> bool:
        return any(f"{path}/".startswith(theirs.rstrip("/") + "/") for _, theirs in self._mappings)

    def _below(self, directory: str, path: str) -> list[str] | None:
        """The parts of a client's path behind a directory; None if it is not in that."""
        normal, folded = self._syntax.normpath(path), self._syntax.normcase
        separator = self._syntax.sep
        if folded(normal) == folded(directory):
            return []
        beginning = directory.rstrip(separator) + separator
        if not folded(normal).startswith(folded(beginning)):
            return None
        return str(normal[len(beginning) :]).split(separator)


def _translated(value: Any, translate: Any, role: str = "") -> Any:
    """The value with the paths of sources and modules in it translated."""
    if isinstance(value, list):
        return [_translated(each, translate, role) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _translated(part, translate, name) for name, part in value.items()}
    if role in ("source", "sources", "location", "module", "modules") and isinstance(value.get("path"), str):
        changed["path"] = translate(value["path"])
    return changed
