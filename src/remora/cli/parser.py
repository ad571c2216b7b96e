"""The table of sub-commands and what each of them may be given.

A sub-command is one row of `COMMANDS`; its module is imported when it is run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from remora import __version__, settings
from remora.transport.place import Place

Run = Callable[[argparse.Namespace], int]

#: Where programs are debugged from elsewhere, unless another port is given.
PORT = 1027
_OLD_WORDS = ("--server", "--client", "--host", "--port", "-H", "-P")


@dataclass(frozen=True)
class Command:
    """A sub-command; `run` names the function as "module:function"."""

    name: str
    run: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The options; raises `SystemExit` when argparse has answered the user itself."""
    options = build().parse_args(translated(sys.argv[1:] if argv is None else argv))
    if options.command == "run":
        _settle_program(options)
    if options.command == "exec":
        _settle_script(options)
    return options


def translated(argv: Sequence[str]) -> list[str]:
    """The words of trepan's users, `--server` and `--client`, as the commands that they mean."""
    if not argv or argv[0].partition("=")[0] not in _OLD_WORDS:
        return list(argv)
    old = argparse.ArgumentParser(prog="remora", add_help=False, allow_abbrev=False)
    old.add_argument("--server", action="store_true")
    old.add_argument("--client", action="store_true")
    old.add_argument("-H", "--host", default="127.0.0.1")
    old.add_argument("-P", "--port", type=int, default=PORT)
    old.add_argument("rest", nargs=argparse.REMAINDER)
    found = old.parse_args(argv)
    if found.server == found.client:
        old.error("one of --server and --client")
    host = f"[{found.host}]" if ":" in found.host else found.host
    words = ["run", "--listen"] if found.server else ["connect"]
    return [*words, f"{host}:{found.port}", *found.rest]


def load(options: argparse.Namespace) -> Run:
    """The function that does what was asked."""
    module, _, function = options.run.partition(":")
    run: Run = getattr(import_module(module), function)
    return run


def build() -> argparse.ArgumentParser:
    """The parser of everything, also for completion and documentation."""
    parser = argparse.ArgumentParser(
        prog="remora",
        description="Debug Python programs, also those that are running and were not prepared for it.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"remora {__version__}")
    rows = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in COMMANDS:
        row = rows.add_parser(
            command.name, help=command.summary, description=_sentence(command.summary), allow_abbrev=False
        )
        command.add_arguments(row)
        row.set_defaults(run=command.run, parser=row)
    return parser


def _attach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="PID|NAME|CORE",
        nargs="?",
        help="a process id, part of a command line, or a core file; asked for on a terminal",
    )
    parser.add_argument(
        "--outside",
        action="store_true",
        help="look from outside, and run nothing in it: a picture of stacks and variables",
    )
    parser.add_argument(
        "--executable", metavar="FILE", help="the program of a core file, if it is elsewhere now"
    )
    _add_console(parser)
    _add_joining(parser)


def _add_joining(parser: argparse.ArgumentParser) -> None:
    """The options of every command that joins a program which runs by itself."""
    parser.add_argument(
        "--observe", action="store_true", help="only look: stop nothing, change nothing, run nothing in it"
    )
    parser.add_argument("--output", action="store_true", help="show here, too, what the program writes")
    _add_on_disconnect(parser)


def _add_on_disconnect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--on-disconnect",
        choices=["continue", "stay"],
        help="what becomes of a stopped program when the last client goes or is lost (default: continue)",
    )


def _shell(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="PID|NAME",
        nargs="?",
        help="a process id, or part of a command line; asked for on a terminal",
    )
    _add_inside(parser)
    parser.add_argument("--output", action="store_true", help="show here, too, what the program writes")


def _add_inside(parser: argparse.ArgumentParser) -> None:
    """The options of every command that runs Python in a program."""
    parser.add_argument(
        "--connect",
        metavar="[USER@]HOST[:PORT]",
        type=_place,
        help="a program that is served there by `remora run --listen` or `remora serve`, over SSH",
    )
    places = parser.add_mutually_exclusive_group()
    places.add_argument(
        "--thread",
        metavar="main|NAME|ID",
        help="run on this thread of the program, when it comes to a safe point, and not on one of its own",
    )
    places.add_argument("--loop", action="store_true", help="run everything in the program's event loop")
    parser.add_argument(
        "--namespace", metavar="MODULE", help="see the names of this module (default: __main__)"
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=settings.seconds,
        help="how long a line may hold up the program's own thread or event loop (default: 2)",
    )


def _exec(parser: argparse.ArgumentParser) -> None:
    parser.usage = "remora exec [options] PID|NAME (FILE | - | -m MODULE | -c CODE | -r RECIPE) [ARGS ...]"
    parser.add_argument(
        "target", metavar="PID|NAME", nargs="?", help="a process id, or part of a command line"
    )
    _add_exec_options(parser)


def _add_exec_options(parser: argparse.ArgumentParser) -> None:
    """Those that may stand before and behind the target; the script's own words end them."""
    _add_inside(parser)
    parser.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=settings.seconds,
        help="interrupt it after so long, with status 124; the program goes on",
    )
    parser.add_argument("--json", action="store_true", help="print its last value as JSON, in the last line")
    parser.add_argument(
        "-m",
        dest="module",
        nargs=argparse.REMAINDER,
        help="MODULE: run a module that the program can import, as `python -m` does",
    )
    parser.add_argument(
        "-c", dest="code", nargs=argparse.REMAINDER, help="CODE: run a text, and print its last value"
    )
    parser.add_argument(
        "-r",
        dest="recipe",
        nargs=argparse.REMAINDER,
        help="RECIPE: ask a ready-made question; alone, list them",
    )
    parser.add_argument(
        "program",
        metavar="FILE ARGS",
        nargs=argparse.REMAINDER,
        help="a script of this side, or - for standard input, and what it is given",
    )


def _run(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(observe=False, output=False)
    parser.usage = "remora run [options] (FILE | -m MODULE | -c CODE) [ARGS ...]"
    _add_console(parser)
    parser.add_argument(
        "--listen",
        metavar="[HOST:]PORT",
        type=_address,
        help="open no console: wait for debuggers from other terminals and hosts; port 0: any",
    )
    parser.add_argument(
        "--no-wait",
        dest="wait",
        action="store_false",
        help="with --listen: let the program begin without a debugger",
    )
    parser.add_argument(
        "--wait-timeout",
        metavar="SECONDS",
        type=settings.seconds,
        help="with --listen: let it begin when no debugger has come for so long (default: never)",
    )
    _add_on_disconnect(parser)
    _add_gate(parser)
    parser.add_argument(
        "--python", metavar="PYTHON", help="the interpreter (default: the one that runs remora)"
    )
    parser.add_argument(
        "-m", dest="module", nargs=argparse.REMAINDER, help="MODULE: run a module, as `python -m` does"
    )
    parser.add_argument(
        "-c", dest="code", nargs=argparse.REMAINDER, help="CODE: run a text, as `python -c` does"
    )
    parser.add_argument(
        "program", metavar="FILE ARGS", nargs=argparse.REMAINDER, help="the program and what it is given"
    )


def _add_console(parser: argparse.ArgumentParser) -> None:
    """The options of every command that opens a console."""
    parser.add_argument("--batch", action="store_true", help="run the commands of -e and -x, and leave")
    parser.add_argument(
        "-e",
        dest="commands",
        metavar="COMMAND",
        action="append",
        default=[],
        help="run a console command first",
    )
    parser.add_argument(
        "-x",
        dest="files",
        metavar="FILE",
        action="append",
        default=[],
        help="run the commands in a file first",
    )
    parser.add_argument(
        "--no-stop",
        dest="stop",
        action="store_false",
        help="let the program run on, instead of stopping it first",
    )
    parser.add_argument(
        "--no-profile",
        dest="profile",
        action="store_false",
        help="leave out the commands of your profile, which an interactive console runs first",
    )
    parser.add_argument(
        "--follow-fork",
        choices=["parent", "child", "both", "ask"],
        help="which program to follow when this one starts another Python (default: parent)",
    )
    _add_setting(parser, "timeout", metavar="SECONDS")


def _add_setting(parser: argparse.ArgumentParser, name: str, metavar: str) -> None:
    """An option whose default is a setting; argparse reads a default that is text like an option's."""
    setting = settings.TABLE[name]
    parser.add_argument(
        f"--{name}",
        metavar=metavar,
        type=setting.type,
        default=settings.value(name),
        help=f"{setting.help} (default: ${setting.variable})",
    )


def _dap(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--listen",
        metavar="[HOST:]PORT",
        type=_address,
        help="serve those of your user who connect there, instead of standard input and output",
    )
    parser.add_argument(
        "--connect",
        metavar="[USER@]HOST[:PORT]",
        type=_place,
        help="be the adapter of `remora run --listen` or `remora serve` there, over SSH",
    )
    parser.add_argument("--only", action="store_true", help="attach to the given process, and to no other")
    parser.add_argument("--observe", action="store_true", help="let clients look, and do nothing else")
    parser.add_argument(
        "target", metavar="PID|NAME", nargs="?", help="what an editor attaches to that names no process"
    )


def _address(text: str) -> tuple[str, int]:
    """Host and port; raises `ValueError`, as argparse wants it."""
    host, _, port = text.rpartition(":")
    number = int(port)
    if not 0 <= number < 1 << 16:
        raise ValueError(text)
    return host.strip("[]") or "127.0.0.1", number


def _connect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "place",
        metavar="[USER@][HOST][:PORT]",
        nargs="?",
        type=_place,
        default="",
        help=f"where `remora run --listen` or `remora serve` runs (default: this host, port {PORT})",
    )
    parser.add_argument(
        "target", metavar="PID|NAME", nargs="?", help="which program, if there are several; asked for else"
    )
    _add_console(parser)
    _add_joining(parser)


def _place(text: str) -> Place:
    return Place.of(text, PORT)


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--listen",
        metavar="[HOST:]PORT",
        type=_address,
        default=("127.0.0.1", PORT),
        help=f"where (default: 127.0.0.1:{PORT}; 0.0.0.0:{PORT} for other hosts; port 0: any)",
    )
    parser.add_argument(
        "--program", metavar="PID", type=int, help="serve this process alone, as long as it runs"
    )
    _add_gate(parser)


def _listen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "listen",
        metavar="[HOST:]PORT",
        nargs="?",
        type=_address,
        default=("127.0.0.1", PORT),
        help=f"where (default: 127.0.0.1:{PORT}); programs of this host use no port but a socket of yours",
    )
    _add_console(parser)
    _add_joining(parser)
    _add_gate(parser)


def _add_gate(parser: argparse.ArgumentParser) -> None:
    """The options of every command that lets other hosts in."""
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        help="let in who knows the password in the first line of FILE, too, not by keys alone",
    )


def _stack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="PID|NAME|CORE",
        nargs="?",
        help="a process id, part of a command line, or a core file; asked for on a terminal",
    )
    parser.add_argument("--locals", action="store_true", help="show local variables, too")
    parser.add_argument(
        "--native", action="store_true", help="show calls of C between those of Python; pauses the process"
    )
    parser.add_argument(
        "--pause", action="store_true", help="stop the process meanwhile, so that all is of one moment"
    )
    parser.add_argument(
        "--observe",
        action="store_true",
        help="only look: pause nothing, and read no file in place of a process",
    )
    parser.add_argument(
        "--executable", metavar="FILE", type=Path, help="the program of a core file, if it is elsewhere now"
    )
    parser.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=settings.seconds,
        default=10.0,
        help="how long it may take, a pause included (default: 10)",
    )
    parser.add_argument(
        "--watch",
        metavar="SECONDS",
        nargs="?",
        const="",
        help="show it again and again, every second or so many; 'q' leaves",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object; with --watch one a line")


def _ps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pid", metavar="PID", type=int, nargs="?", help="the process to attach to")
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def _site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["install", "remove", "status"])
    parser.add_argument("--python", metavar="PYTHON", help="for this interpreter (default: remora's own)")


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh"])


#: In the order in which help shows them.
COMMANDS = (
    Command("attach", "remora.cli.attach:run", "open a console on a running process", _attach),
    Command("run", "remora.cli.run:run", "start a program under the debugger", _run),
    Command("shell", "remora.cli.shell:run", "open a Python prompt in a running process", _shell),
    Command("exec", "remora.cli.exec:run", "run a script or a recipe in a running process", _exec),
    Command("dap", "remora.cli.dap:run", "be a debug adapter, as IDEs start it", _dap),
    Command("connect", "remora.cli.connect:run", "open a console on a program that is served", _connect),
    Command("listen", "remora.cli.listen:run", "wait for programs that dial in", _listen),
    Command("serve", "remora.cli.serve:run", "be an SSH door to the Python processes of this host", _serve),
    Command("stack", "remora.cli.stack:run", "show what a process does, from outside", _stack),
    Command("ps", "remora.cli.ps:run", "list the Python processes of this host", _ps),
    Command(
        "doctor", "remora.cli.doctor:run", "say whether attaching works, and if not, what to do", _doctor
    ),
    Command("site", "remora.cli.site:run", "have programs listen when their environment says so", _site),
    Command("completion", "remora.cli.completion:run", "print a completion script for a shell", _completion),
)


def _settle_program(
    options: argparse.Namespace, missing: str = "a program is missing: FILE, -m MODULE or -c CODE"
) -> None:
    """Turn what was given of -m, -c and FILE into `kind`, `value` and `args`; without any it is misuse."""
    for kind in ("module", "code"):
        words = getattr(options, kind, None)
        if words is not None:
            # `-mMODULE ARGS`, written in one, and what begins with `--`, are left to the positional argument.
            options.kind, words = kind, [*words, *options.program]
            break
    else:
        options.kind = "file"
        words = options.program[1:] if options.program[:1] == ["--"] else options.program
    if not words:
        options.parser.error(missing)
    options.value, *options.args = words


def _settle_script(options: argparse.Namespace) -> None:
    """Turn what was given into `kind` ("file", "module", "code" or "recipe"), `value` and `args`."""
    if options.module is options.code is options.recipe is None:
        # All that follows the target came as words: options, and the script.
        rest = argparse.ArgumentParser(
            prog=options.parser.prog, usage=options.parser.usage, allow_abbrev=False
        )
        _add_exec_options(rest)
        rest.parse_args(options.program, options)
    if options.recipe is not None:
        options.kind, options.value, options.args = "recipe", "", [*options.recipe, *options.program]
        return
    _settle_program(options, "a script is missing: FILE, -, -m MODULE, -c CODE or -r RECIPE")


def _sentence(summary: str) -> str:
    return summary[:1].upper() + summary[1:] + "."
