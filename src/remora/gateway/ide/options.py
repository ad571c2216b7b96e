"""What a configuration says, checked and in its present form.

Decides what an old spelling means, and what is said of options that are known
and have no effect.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.dap import errors

from .option_table import TABLE

Arguments = dict[str, Any]

#: Flags in `debugOptions` that concern starting a program; the agent knows the others.
_FLAGS = {
    "RedirectOutput": "redirectOutput",
    "WaitOnNormalExit": "waitOnNormalExit",
    "WaitOnAbnormalExit": "waitOnAbnormalExit",
    "StopOnEntry": "stopOnEntry",
    "Sudo": "sudo",
    "Multiprocess": "subProcess",
}
_PROGRAMS = ("program", "module", "code")
_PLACES = ("processId", "target", "connect", "listen", "core", "subProcessId")


def settle(command: str, arguments: Any) -> Arguments:
    """The options, checked, without those that are null, and with old spellings in their present form.

    Raises `RequestError` (invalid arguments).
    """
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        raise errors.invalid_arguments(command, "arguments must be an object")
    options = {name: value for name, value in arguments.items() if value is not None}
    for name, value in options.items():
        option = TABLE.get(name)
        if option and command in option.requests and not option.kind.accepts(value):
            raise errors.invalid_arguments(command, f"{name} must be {option.kind.words}")
    _translate(command, options)
    _require_one(command, options)
    return options


def without_effect(command: str, options: Arguments) -> Iterator[str]:
    """A sentence for each option that was asked for and is known, but not supported."""
    for name, value in options.items():
        option = TABLE.get(name)
        if not option or command not in option.requests or value in (False, "", "none", "auto"):
            continue
        if option.missing:
            yield f"'{name}' has no effect: {option.missing}."


def without_place(options: Arguments) -> Arguments:
    """What the other end of the connection is told: it is not to look for itself."""
    return {
        name: value for name, value in options.items() if name not in ("connect", "host", "port", "listen")
    }


def _translate(command: str, options: Arguments) -> None:
    for flag in options.get("debugOptions", ()):
        if flag in _FLAGS:
            options.setdefault(_FLAGS[flag], True)
    if command == "launch":
        options.setdefault("console", "internalConsole")
    if "pythonPath" in options:
        options.setdefault("python", options["pythonPath"])
    if command == "attach" and "port" in options and not any(place in options for place in _PLACES):
        options["connect"] = {"host": options.get("host", ""), "port": options["port"]}


def _require_one(command: str, options: Arguments) -> None:
    choices = _PROGRAMS if command == "launch" else _PLACES
    given = [name for name in choices if name in options]
    if command == "attach" and "subProcessId" in given:
        return
    if len(given) != 1:
        names = ", ".join(f"'{name}'" for name in choices if name != "subProcessId")
        raise errors.invalid_arguments(command, f"exactly one of {names} must be given")
    if command == "attach" and options.get("outside") and given[0] not in ("processId", "target", "core"):
        raise errors.invalid_arguments(command, f"outside is for a process of this host, not for {given[0]}")
