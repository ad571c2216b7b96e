"""Commands about byte code: showing it, and running it one instruction at a time."""

from __future__ import annotations

from ...client import RequestFailed
from ...printable import printable
from ..bytecode import code_rows, instruction_rows, line_rows
from ..context import Context
from ..registry import command, topic
from ..wire import Body, CommandError
from .words import count

#: Instructions shown around the one at which the program stands, on each side.
_AROUND = 8
_MOST = 10_000


@command("stepi", "si", category="running", arguments="[N]", repeats="whole")
async def stepi(context: Context, arguments: str) -> None:
    """Run one instruction of byte code, or N, going into functions that are called."""
    await _step(context, "stepIn", arguments)


@command("nexti", "ni", category="running", arguments="[N]", repeats="whole")
async def nexti(context: Context, arguments: str) -> None:
    """Run one instruction of byte code, or N, passing over the calls in between."""
    await _step(context, "next", arguments)


@command(
    "disassemble", "disasm", category="data", arguments="[all | THING | FIRST,LAST]", completes="expression"
)
async def disassemble(context: Context, arguments: str) -> None:
    """Show the byte code around the instruction at which the selected frame stands.

    `all` shows that of its whole function, FIRST,LAST that of these lines of it.
    THING is an expression for something else: a function, a method, a generator,
    a code object, a class, of which the methods are shown.  Columns: line, mark,
    offset, instruction.

        disassemble Cart.total
        disassemble 12,15
    """
    lines = _lines(arguments)
    if lines is None and arguments not in ("", "all"):
        for expression in await _members(context, arguments):
            code = await _code(context, expression)
            context.write(context.style("title", printable(expression)))
            context.write(instruction_rows(await _instructions(context, code), code, context.style))
        return
    code = await _code(context)
    rows = await _instructions(context, code)
    if lines is not None:
        rows = [each for each in rows if lines[0] <= each["line"] <= lines[1]]
        if not rows:
            raise CommandError(f"'{code['name']}' has no code there")
    elif not arguments:
        rows = _around(rows, code)
    context.write(instruction_rows(rows, code, context.style))


@topic("code", category="status", arguments="[THING]")
async def code(context: Context, arguments: str) -> None:
    """What the interpreter knows of the selected frame's function, or of THING."""
    context.write(code_rows(await _code(context, arguments), context.style, context.width))


@topic("lines", category="status", arguments="[THING]")
async def lines(context: Context, arguments: str) -> None:
    """Which lines of the selected frame's function, or of THING, have byte code, and where that begins."""
    context.write(line_rows(await _code(context, arguments), context.style))


@topic("offsets", category="status", arguments="[THING]")
async def offsets(context: Context, arguments: str) -> None:
    """At which offsets of the byte code lines begin, in its order."""
    found = await _code(context, arguments)
    context.write(", ".join(f"{each['offset']}" for each in found["lines"]))


@topic("pc", category="status")
async def pc(context: Context, arguments: str) -> None:
    """The instruction at which the selected frame stands."""
    found = await _code(context)
    rows = await _instructions(context, found)
    here = [each for each in rows if _offset(each, found) == found["offset"]]
    context.write(f"offset {found['offset']} of {found['name']}, {found['size']} bytes")
    context.write(instruction_rows(here, found, context.style))


async def _step(context: Context, request: str, arguments: str) -> None:
    for _ in range(await count(context, arguments)):
        stop = await context.go_on(request, granularity="instruction")
        if stop is None or stop.reason != "step":
            break
    await context.show_stop()
    if context.debuggee.stop is not None:
        await pc(context, "")


async def _code(context: Context, expression: str = "") -> Body:
    arguments: Body = {}
    if context.debuggee.stop is not None or not expression:
        arguments["frameId"] = (await context.debuggee.frame())["id"]
    if expression:
        arguments["expression"] = expression
    return await context.debuggee.client.request("remora/code", arguments)


async def _members(context: Context, expression: str) -> list[str]:
    """The expression itself; of a class, its methods."""
    text = (
        f"[name for name, each in vars({expression}).items()"
        " if hasattr(getattr(each, '__func__', each), '__code__')]"
        f" if isinstance({expression}, type) else None"
    )
    try:
        body = await context.debuggee.evaluate(f"' '.join(({text}) or ())", "clipboard")
    except RequestFailed:
        return [expression]  # which will say what is wrong with it
    names = body["result"].strip("'\"").split()
    return [f"{expression}.{name}" for name in names] or [expression]


async def _instructions(context: Context, code: Body) -> list[Body]:
    """All that the code has."""
    arguments = {
        "memoryReference": code["instructionPointerReference"],
        "instructionCount": min(code["size"] // 2, _MOST),
    }
    body = await context.debuggee.client.request("disassemble", arguments)
    return [each for each in body["instructions"] if each.get("presentationHint") != "invalid"]


def _around(rows: list[Body], code: Body) -> list[Body]:
    here = next((index for index, each in enumerate(rows) if _offset(each, code) == code["offset"]), 0)
    return rows[max(here - _AROUND, 0) : here + _AROUND + 1]


def _offset(instruction: Body, code: Body) -> int:
    return int(instruction["address"], 16) - int(code["instructionPointerReference"], 16)


def _lines(text: str) -> tuple[int, int] | None:
    """`12,15`, `12,+3` or `12` as lines."""
    first, comma, last = (part.strip() for part in text.partition(","))
    if not first.isdecimal() or (comma and not last.removeprefix("+").isdecimal()):
        return None
    begin = int(first)
    if not comma:
        return begin, begin
    return begin, begin + int(last) if last.startswith("+") else int(last)
