"""Commands that show and change values."""

from __future__ import annotations

import ast
import asyncio
import pprint

from ...client import RequestFailed
from ...printable import printable
from .. import render
from ..context import Context
from ..displays import Display
from ..formats import split_format
from ..registry import command
from ..statements import expression_of, statement_at, without_block
from ..wire import Body, CommandError
from .words import numbers

#: Children that `examine` shows.
_PAGE = 100


async def evaluate_statement(context: Context, text: str) -> None:
    """What is not a command: run it in the selected frame and show its value, unless that is None."""
    body = await context.debuggee.evaluate(text, "repl")
    if body["result"] and body.get("type") != "NoneType":
        context.write(printable(body["result"]))


@command("p", "print", "pr", category="data", arguments="[/FORMAT] EXPRESSION", completes="expression")
async def p(context: Context, arguments: str) -> None:
    """Print the value of an expression whole, however long it is.

    FORMAT is a letter: `a` escapes, `c` character, `d` decimal, `f` floating
    point, `o` octal, `r` repr, `s` str, `t` binary, `x` hexadecimal.

        p/x flags
    """
    format, text = split_format(arguments)
    text = _needed(text, "p EXPRESSION")
    body = await context.debuggee.evaluate(format.expression(text) if format else text, "clipboard")
    context.write(printable(format.text(body["result"]) if format else body["result"]))


@command("pp", category="data", arguments="EXPRESSION", completes="expression")
async def pp(context: Context, arguments: str) -> None:
    """Print the value of an expression over several lines, one item a line where it is long."""
    debuggee = context.debuggee
    text = _needed(arguments, "pp EXPRESSION")
    whole, tree = await asyncio.gather(debuggee.evaluate(text, "clipboard"), debuggee.evaluate(text, "watch"))
    try:
        value = ast.literal_eval(whole["result"])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        await _spread(context, whole["result"], tree)
        return
    context.write(printable(pprint.pformat(value, width=context.width or 80, sort_dicts=False)))


async def _spread(context: Context, text: str, body: Body) -> None:
    """Show a value that is no literal: a container by its items alone, others whole and with their parts."""
    if not (text.startswith(("{", "[", "(")) and body.get("variablesReference")):
        context.write(printable(text))
    await _write_children(context, body, without="len()")


@command("examine", "x", category="data", arguments="EXPRESSION", completes="expression")
async def examine(context: Context, arguments: str) -> None:
    """Show the type, the value and what is inside of the value of an expression."""
    body = await context.debuggee.evaluate(_needed(arguments, "examine EXPRESSION"), "watch")
    context.write(f"type = {body.get('type', '?')}")
    context.write(render.variable({"name": arguments, "value": body["result"]}, context.style, context.width))
    await _write_children(context, body)


@command("display", category="data", arguments="[[/FORMAT] EXPRESSION]", completes="expression")
async def display(context: Context, arguments: str) -> None:
    """Show the value of an expression now and at every stop; without one, show those that are set.

    The formats are those of `p`.  In other functions than the one looked at now
    it is left out where its names are unknown.
    """
    format, text = split_format(arguments)
    if text:
        number = max(context.displays, default=0) + 1
        context.displays[number] = Display(number, text, format, await _function(context))
    if context.debuggee.stop is not None:
        await context.show_displays()


@command("undisplay", "und", category="data", arguments="[N...]")
async def undisplay(context: Context, arguments: str) -> None:
    """Show the expressions with these numbers no more; without numbers, none of them."""
    for number in numbers(arguments) or list(context.displays):
        if context.displays.pop(number, None) is None:
            raise CommandError(f"there is no display {number}; 'info display' lists them")


@command("eval", category="data", arguments="[STATEMENT]", completes="expression", suffixes="?")
async def eval_(context: Context, arguments: str, suffix: str) -> None:
    """Run a statement in the selected frame; without one, the source line at which it stands.

    `eval?` runs what is computed there only: the condition of an `if` or
    `while`, the value of a `return` or an assignment, what a `for` goes through.
    """
    text = arguments or await _current_statement(context)
    if suffix:
        text = expression_of(text)
    elif not arguments:
        text = without_block(text)
    await evaluate_statement(context, text)


async def assign(context: Context, target: str, value: str) -> None:
    """Give a variable, an attribute or an item a new value, and show it."""
    context.debuggee.check_stopped()
    if not context.debuggee.capabilities.get("supportsSetExpression"):
        await context.debuggee.evaluate(f"{target} = {value}", "repl")
        return
    frame = await context.debuggee.frame()
    arguments = {"expression": target, "value": value, "frameId": frame["id"]}
    body = await context.debuggee.client.request("setExpression", arguments)
    context.write(render.variable({"name": target, "value": body["value"]}, context.style, context.width))


async def _function(context: Context) -> tuple[str, str] | None:
    if context.debuggee.stop is None:
        return None
    return render.function_of(await context.debuggee.frame())


async def _current_statement(context: Context) -> str:
    frame = await context.debuggee.frame()
    if not frame.get("source"):
        raise CommandError("the selected frame has no source text; say eval STATEMENT")
    return statement_at(await context.sources.lines(frame["source"]), frame["line"])


async def _write_children(context: Context, body: Body, *, without: str = "") -> None:
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
    context.write_variables((each for each in children if each["name"] != without), "  ")
    if indexed > len(children):
        context.write(
            context.style("faint", f"  ({indexed - len(children):,} more; say a slice to see them)")
        )


def _needed(arguments: str, usage: str) -> str:
    if not arguments:
        raise CommandError(f"say of what: {usage}")
    return arguments
