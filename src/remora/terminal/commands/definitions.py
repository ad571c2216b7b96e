"""Commands that tell what something is, and where and how it was defined."""

from __future__ import annotations

import asyncio

from ...printable import printable
from ..context import Context
from ..registry import command
from ..wire import Body, CommandError

#: Lines of documentation that `whatis` shows.
_DOC_LINES = 12


@command("whatis", category="data", arguments="EXPRESSION", completes="expression")
async def whatis(context: Context, arguments: str) -> None:
    """Show the type of the value of an expression, how much it holds, what is written about it and where."""
    if not arguments:
        raise CommandError("say of what: whatis EXPRESSION")
    debuggee = context.debuggee
    body, described = await asyncio.gather(
        debuggee.evaluate(arguments, "watch"), _describe(context, arguments), return_exceptions=True
    )
    if isinstance(body, BaseException):
        raise body
    size = body.get("indexedVariables")
    held = f", {size:,} items" if size else ""
    context.write(f"type = {printable(body.get('type', '?'))}{held}")
    if not isinstance(described, BaseException):
        _write_description(context, described)


@command("pdef", category="data", arguments="EXPRESSION", completes="expression")
async def pdef(context: Context, arguments: str) -> None:
    """Show how a function, a method or a class is called: its name and its parameters."""
    if not arguments:
        raise CommandError("say of what: pdef EXPRESSION")
    body = await _describe(context, arguments)
    if "signature" not in body:
        raise CommandError(f"'{arguments}' cannot be called, or does not say how")
    name = printable(body.get("name", arguments))
    context.write(f"{context.style('function', name)}{printable(body['signature'])}")


async def _describe(context: Context, expression: str) -> Body:
    arguments: Body = {"expression": expression}
    if context.debuggee.stop is not None:
        arguments["frameId"] = (await context.debuggee.frame())["id"]
    return await context.debuggee.client.request("remora/describe", arguments)


def _write_description(context: Context, body: Body) -> None:
    name = printable(body.get("name", ""))
    if name or "signature" in body:
        called = context.style("function", name) + printable(body.get("signature", ""))
        context.write(f"{printable(body['kind'])} {called}")
    path = (body.get("source") or {}).get("path")
    if path:
        line = f":{context.style('line', str(body['line']))}" if body.get("line") else ""
        context.write(f"defined at {context.style('file', printable(path))}{line}")
    lines = printable(body.get("doc") or "").strip().splitlines()
    for text in lines[:_DOC_LINES]:
        context.write(f"    {text}".rstrip())
    if len(lines) > _DOC_LINES:
        context.write(context.style("faint", f"    ({len(lines) - _DOC_LINES} more lines)"))
