"""source, loadedSources, modules, and finding a source by the end of its path."""

from __future__ import annotations

from ...dap import errors
from .registry import request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger


@request("source", observable=True)
def source(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """An observer gets the text of what the program has loaded, not of any file that it could read."""
    named = arguments.get("source") or {}
    path = named.get("path")
    reference = arguments.get("sourceReference") or named.get("sourceReference") or 0
    if client.observes and path and not reference and not debugger.sources.is_loaded_name(path):
        raise errors.source_unavailable(path, "an observer sees the text of loaded code only.")
    text = debugger.sources.text(path, reference)
    return {"content": text, "mimeType": "text/x-python"}


@request("loadedSources", observable=True, supportsLoadedSourcesRequest=True)
def loaded_sources(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The sources up to now; of later ones the client is told by events."""
    if not debugger.announcer.tells_sources():
        debugger.sources.news()
    client.lists_sources = True
    return {"sources": [debugger.sources.body(each) for each in debugger.sources.loaded_files()]}


@request("modules", observable=True, supportsModulesRequest=True)
def modules(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The modules that the program has imported."""
    found = debugger.modules.all()
    start = arguments.get("startModule") or 0
    count = arguments.get("moduleCount") or len(found)
    return {"modules": found[start : start + count], "totalModules": len(found)}


@request("remora/resolveSource", observable=True)
def resolve_source(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The loaded file whose path ends so."""
    path = debugger.sources.resolve(arguments["path"])
    return {"path": path, "loaded": debugger.sources.is_loaded(path)}
