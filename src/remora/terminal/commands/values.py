"""Commands that show and change values."""

from __future__ import annotations

import ast
import asyncio
import pprint

from ...client import RequestFailed
from .. import render
from ..context import Context, Display
from ..registry import command
from ..settings import Settings
from ..style import printable
from ..wire import Body, CommandError
from .words import numbers

#: Children that `examine` shows.
_PAGE = 100
_ASSIGNMENT = "set VARIABLE = EXPRESSION"


async def evaluate_statement(context: Context, text: str) -> None:
    """What is not a command: run it in the selected frame and show its value, unless that is None."""
    body = await context.debuggee.evaluate(text, "repl")
    if body["result"] and body.get("type") != "NoneType":
        context.write(printable(body["result"]))


@command("p", "print", "pr", category="data", arguments="EXPRESSION", completes="expression")
async def p(context: Context, arguments: str) -> None:
    """Print the value of an expression whole, however long it is."""
    body = await context.debuggee.evaluate(_needed(arguments, "p EXPRESSION"), "clipboard")
    context.write(printable(body["result"]))


@command("pp", category="data", arguments="EXPRESSION", completes="expression")
async def pp(context: Context, arguments: str) -> None:
    """Print the value of an expression over several lines, one item a line where it is long."""
    debuggee = context.debuggee
    text = _needed(arguments, "pp EXPRESSION")
    whole, tree = await asyncio.gather(debuggee.evaluate(text, "clipboard"), debuggee.evaluate(text, "watch"))
    try:
        value = ast.literal_eval(whole["result"])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        context.write(printable(whole["result"]))
        await _write_children(context, tree)
        return
    context.write(printable(pprint.pformat(value, width=context.width or 80, sort_dicts=False)))


@command("examine", "x", category="data", arguments="EXPRESSION", completes="expression")
async def examine(context: Context, arguments: str) -> None:
    """Show the type, the value and what is inside of the value of an expression."""
    body = await context.debuggee.evaluate(_needed(arguments, "examine EXPRESSION"), "watch")
    context.write(f"type = {body.get('type', '?')}")
    context.write(render.variable({"name": arguments, "value": body["result"]}, context.style, context.width))
    await _write_children(context, body)


@command("whatis", category="data", arguments="EXPRESSION", completes="expression")
async def whatis(context: Context, arguments: str) -> None:
    """Show the type of the value of an expression, and how much it holds."""
    body = await context.debuggee.evaluate(_needed(arguments, "whatis EXPRESSION"), "watch")
    size = body.get("indexedVariables")
    held = f", {size:,} items" if size else ""
    context.write(f"type = {printable(body.get('type', '?'))}{held}")


@command("display", category="data", arguments="[EXPRESSION]", completes="expression")
async def display(context: Context, arguments: str) -> None:
    """Show the value of an expression now and at every stop; without one, show those that are set."""
    if arguments:
        number = max(context.displays, default=0) + 1
        context.displays[number] = Display(number, arguments)
    if context.debuggee.stop is not None:
        await context.show_displays()


@command("undisplay", "und", category="data", arguments="[N...]")
async def undisplay(context: Context, arguments: str) -> None:
    """Show the expressions with these numbers no more; without numbers, none of them."""
    for number in numbers(arguments) or list(context.displays):
        if context.displays.pop(number, None) is None:
            raise CommandError(f"there is no display {number}; 'info display' lists them")


@command("set", category="data", arguments="VARIABLE = EXPRESSION | SETTING VALUE", completes="expression")
async def set_(context: Context, arguments: str) -> None:
    """Give a variable of the frame, or a setting of the console, a new value.

    VARIABLE may be an attribute or an item: `set self.limit = 3`.  `show` lists
    the settings.
    """
    target, equals, value = arguments.removeprefix("var ").partition("=")
    if equals and target.strip() and value.strip():
        await _assign(context, target.strip(), value.strip())
        return
    name, _, text = arguments.partition(" ")
    if not name:
        raise CommandError(f"say {_ASSIGNMENT}, or set SETTING VALUE")
    context.settings.change(name, text.strip())


@command("show", category="status", arguments="[SETTING]")
async def show(context: Context, arguments: str) -> None:
    """Show the console's settings, which `set SETTING VALUE` changes."""
    helps = Settings.names()
    if arguments and arguments not in helps:
        raise CommandError(f"there is no setting '{arguments}'; 'show' lists them")
    for name in [arguments] if arguments else helps:
        context.write(f"{context.settings.show(name):<20} {context.style('faint', helps[name])}".rstrip())


async def _assign(context: Context, target: str, value: str) -> None:
    context.debuggee.check_stopped()
    if not context.debuggee.capabilities.get("supportsSetExpression"):
        await context.debuggee.evaluate(f"{target} = {value}", "repl")
        return
    frame = await context.debuggee.frame()
    arguments = {"expression": target, "value": value, "frameId": frame["id"]}
    body = await context.debuggee.client.request("setExpression", arguments)
    context.write(render.variable({"name": target, "value": body["value"]}, context.style, context.width))


async def _write_children(context: Context, body: Body) -> None:
    reference = body.get("variablesReference", 0)
    if not reference:
        return
    arguments: Body = {"variablesReference": reference}
    indexed = body.get("indexedVariables", 0)
    if indexed > _PAGE:
        arguments |= {"filter": "indexed", "start": 0, "count": _PAGE}
    try:
        children = (await context.debuggee.client.request("variables", arguments))["variables"]
    except RequestFailed as error:
        context.write(context.style("faint", f"  (cannot look inside: {error})"))
        return
    context.write(render.variables(children, context.style, context.width, "  "))
    if indexed > len(children):
        context.write(
            context.style("faint", f"  ({indexed - len(children):,} more; say a slice to see them)")
        )


def _needed(arguments: str, usage: str) -> str:
    if not arguments:
        raise CommandError(f"say of what: {usage}")
    return arguments
