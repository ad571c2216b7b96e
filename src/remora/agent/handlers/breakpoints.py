"""Requests that set breakpoints, of every kind, and `breakpointLocations`."""

from __future__ import annotations

from ...dap import errors
from ..breakpoints import Wish
from ..conditions import Probe
from ..exception_filter import ExceptionFilter
from ..exceptions import FILTERS, FILTERS_OF_MODE
from ..inspection.frames import utf16_offset
from ..instructions import begins_at
from .registry import request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger


@request(
    "setBreakpoints",
    supportsConditionalBreakpoints=True,
    supportsHitConditionalBreakpoints=True,
    supportsLogPoints=True,
)
def set_breakpoints(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Replace the client's breakpoints in one file.  A relative path means the loaded file that ends so."""
    given = _path(debugger, arguments["source"])
    path = debugger.sources.resolve(given)
    specs = arguments.get("breakpoints") or [{"line": line} for line in arguments.get("lines", ())]
    wishes = [Wish(spec["line"], _probe(debugger, client, spec), spec.get("column")) for spec in specs]
    logical = debugger.breakpoints.set_file(client, path, wishes)
    source = debugger.sources.body(path) if debugger.sources.is_there(path) else {"path": given}
    return {"breakpoints": [each.body(source) for each in logical]}


@request("setFunctionBreakpoints", supportsFunctionBreakpoints=True)
def set_function_breakpoints(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Replace the client's function breakpoints.  What a name may be: see `naming`."""
    wanted = [(spec["name"], _probe(debugger, client, spec)) for spec in arguments["breakpoints"]]
    logical = debugger.breakpoints.set_functions(client, wanted)
    return {
        "breakpoints": [
            each.body(debugger.sources.body(each.path) if each.path else None) for each in logical
        ]
    }


@request(
    "setExceptionBreakpoints",
    supportsExceptionFilterOptions=True,
    supportsExceptionOptions=True,
    exceptionBreakpointFilters=[
        {
            "filter": name,
            "label": label,
            "default": default,
            "supportsCondition": True,
            "conditionDescription": "ValueError, json.*, !KeyError, in MODULE; "
            "or an expression about 'exception'",
        }
        for name, (label, default, _) in FILTERS.items()
    ],
)
def set_exception_breakpoints(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Replace the client's exception filters.  One whose condition makes no sense is left out, and said."""
    options = [{"filterId": name} for name in arguments["filters"]]
    options += arguments.get("filterOptions") or []
    unknown = [each["filterId"] for each in options if each["filterId"] not in FILTERS]
    if unknown:
        raise errors.invalid_arguments(
            "setExceptionBreakpoints", "filter %r is none of %s" % (unknown[0], ", ".join(FILTERS))
        )
    wanted = [(each["filterId"], each.get("condition") or "") for each in options]
    bodies: list[dict[str, Any]] = []
    filters: list[ExceptionFilter] = []
    for name, condition in wanted:
        bodies.append(_enter_filter(client, filters, name, condition))
    for option in arguments.get("exceptionOptions") or ():
        condition = _condition_of_path(option.get("path") or [])
        for name in FILTERS_OF_MODE[option["breakMode"]]:
            _enter_filter(client, filters, name, condition)
        bodies.append({"verified": True})
    debugger.exceptions.set(client, filters)
    return {"breakpoints": bodies}


def _enter_filter(
    client: Client, filters: list[ExceptionFilter], name: str, condition: str
) -> dict[str, Any]:
    """Add a filter; the DAP Breakpoint that tells of it."""
    each_frame = bool(client.options.get("raisedInEachFrame", True))
    try:
        filters.append(ExceptionFilter(name, condition, client.scope, client.breaks_on_exit, each_frame))
    except (SyntaxError, ValueError) as error:
        message = "%r is neither a list of types nor an expression (%s)." % (condition, error)
        return {"verified": False, "message": message}
    return {"verified": True}


def _condition_of_path(path: list[dict[str, Any]]) -> str:
    """The condition for the way to some exceptions in the tree of all, whose root is `Python Exceptions`."""
    names = []
    for segment in path:
        sign = "!" if segment.get("negate") else ""
        names += [sign + name for name in segment["names"] if name != "Python Exceptions"]
    return ", ".join(names)


@request("breakpointLocations", observable=True, supportsBreakpointLocationsRequest=True)
def breakpoint_locations(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Where in a range the program can stop: lines, and columns where a line holds code of its own."""
    path = debugger.sources.resolve(_path(debugger, arguments["source"]))
    file_code = debugger.sources.file_code(path)
    if file_code is None:
        return {"breakpoints": []}
    first, last = arguments["line"], arguments.get("endLine", arguments["line"])
    after, until = arguments.get("column", 1), arguments.get("endColumn")
    found: list[dict[str, Any]] = []
    for line in sorted(each for each in file_code.lines if first <= each <= last):
        columns = [utf16_offset(path, line, each) + 1 for each in file_code.columns(line)]
        found += [{"line": line, "column": each} for each in columns] or [{"line": line}]
    return {
        "breakpoints": [
            each
            for each in found
            if (each["line"], each.get("column", after)) >= (first, after)
            and (until is None or (each["line"], each.get("column", 1)) <= (last, until))
        ]
    }


@request("setInstructionBreakpoints", supportsInstructionBreakpoints=True)
def set_instruction_breakpoints(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """Replace the client's breakpoints at instructions, which are given by their addresses."""
    bodies: list[dict[str, Any]] = []
    places: list[tuple[CodeType, int, Probe]] = []
    for spec in arguments["breakpoints"]:
        probe = _probe(debugger, client, spec)
        address = spec["instructionReference"]
        body: dict[str, Any] = {"id": probe.id, "verified": False, "instructionReference": address}
        try:
            code, offset = _instruction(debugger, address, spec.get("offset") or 0)
        except LookupError as error:
            body["message"] = str(error)
        else:
            places.append((code, offset, probe))
            body.update(verified=True, source=debugger.sources.body(code.co_filename))
        bodies.append(body)
    debugger.instruction_breakpoints.set(client, places)
    return {"breakpoints": bodies}


def _instruction(debugger: Debugger, address: str, distance: int) -> tuple[CodeType, int]:
    """The code and the offset of an instruction.  Raises `LookupError` with a sentence if there is none."""
    try:
        code, offset = debugger.addresses.find(address, distance)
    except LookupError:
        raise LookupError("There is no code at this address any more.") from None
    if not begins_at(code, offset):
        raise LookupError("No instruction begins at offset %d; 'disassemble' shows where they do." % offset)
    return code, offset


def _path(debugger: Debugger, source: dict[str, Any]) -> str:
    path = source.get("path") or debugger.sources.filename(source.get("sourceReference") or 0)
    if not path:
        raise errors.invalid_arguments("setBreakpoints", "source.path is missing")
    return str(path)


def _probe(debugger: Debugger, client: Client, spec: dict[str, Any]) -> Probe:
    def report(category: str, text: str) -> None:
        client.event("output", {"category": category, "output": text})

    return Probe(
        debugger.next_probe(),
        report,
        condition=spec.get("condition") or "",
        hit_condition=spec.get("hitCondition") or "",
        log_message=spec.get("logMessage") or "",
    )
