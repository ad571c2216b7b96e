"""Commands about signals."""

from __future__ import annotations

from ...printable import printable
from ..context import Context
from ..registry import command, topic
from ..style import Style
from ..wire import Body, CommandError

#: The words of `handle`, and what each asks for.  As in gdb, what stops is told.
_WORDS: dict[str, dict[str, bool]] = {
    "stop": {"stop": True, "print": True},
    "nostop": {"stop": False},
    "print": {"print": True},
    "noprint": {"print": False, "stop": False},
    "pass": {"deliver": True},
    "noignore": {"deliver": True},
    "nopass": {"deliver": False},
    "ignore": {"deliver": False},
}


@command(
    "handle",
    category="breakpoints",
    arguments="SIGNAL... [stop|nostop] [print|noprint] [pass|nopass]",
)
async def handle(context: Context, arguments: str) -> None:
    """Say what is to become of signals that the program gets.

    `stop` stops it there and tells so, `print` tells only, `nopass` keeps the
    signal from the program.  Unless something is said, signals are none of the
    debugger's business.  All goes back to that when the last client leaves.
    `info signals` shows what holds.

        handle USR1 stop nopass
        handle SIGTERM SIGHUP print
    """
    names, wanted = _parse(arguments)
    for name in names:
        request = {"signal": name, **wanted} if wanted else None
        if request is None:
            context.write(_row(await _find(context, name), context.style))
            continue
        body = await context.debuggee.client.request("remora/handleSignal", request)
        context.write(_row(body, context.style))
        if body.get("pending"):
            context.write("this begins when the main thread next runs Python code")


@topic("signals", "handle", category="status", arguments="[SIGNAL | *]")
async def signals(context: Context, arguments: str) -> None:
    """What becomes of signals: of those that were spoken of or that the program handles; `*` shows all."""
    if arguments not in ("", "*"):
        context.write(_row(await _find(context, arguments), context.style))
        return
    body = await context.debuggee.client.request("remora/signals")
    shown = [each for each in body["signals"] if arguments or _is_worth_telling(each)]
    context.write(context.style("title", f"{'signal':<12}{'stop':<6}{'print':<7}{'pass':<6}handler"))
    for each in shown:
        context.write(_row(each, context.style))


async def send(context: Context, name: str) -> None:
    """Send the program a signal: `kill SIGNAL`."""
    await context.debuggee.client.request("remora/sendSignal", {"signal": name})
    context.write(f"sent {name}")


def _parse(text: str) -> tuple[list[str], dict[str, bool]]:
    names: list[str] = []
    wanted: dict[str, bool] = {}
    for word in text.replace(",", " ").split():
        if word in _WORDS:
            wanted |= _WORDS[word]
        else:
            names.append(word)
    if not names:
        raise CommandError("say which signal: handle SIGNAL [stop|nostop] [print|noprint] [pass|nopass]")
    return names, wanted


async def _find(context: Context, name: str) -> Body:
    body = await context.debuggee.client.request("remora/signals")
    wanted = name.upper()
    for each in body["signals"]:
        if wanted in (each["name"], each["name"].removeprefix("SIG"), str(each["number"])):
            found: Body = each
            return found
    raise CommandError(f"there is no signal {name}; 'info signals *' lists them")


def _is_worth_telling(signal: Body) -> bool:
    usual = not signal["stop"] and not signal["print"] and signal["deliver"]
    return not usual or signal["handler"] not in ("default", "ignored")


def _row(signal: Body, style: Style) -> str:
    words = [("no", "yes")[signal[field]] for field in ("stop", "print", "deliver")]
    pending = style("faint", "  (pending)") if signal.get("pending") else ""
    columns = f"{words[0]:<6}{words[1]:<7}{words[2]:<6}"
    return f"{style('name', format(signal['name'], '<12'))}{columns}{printable(signal['handler'])}{pending}"
