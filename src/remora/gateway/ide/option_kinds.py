"""What the value of an option may be.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What a value may be, in words for a person."""

    words: str
    accepts: Callable[[Any], bool]


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _is_list_of(*types: type) -> Callable[[Any], bool]:
    is_item = _is(*types)
    return lambda value: isinstance(value, list) and all(map(is_item, value))


def _is_port(value: Any) -> bool:
    digits = str(value)
    return digits.isascii() and digits.isdigit() and len(digits) < 6 and int(digits) < 1 << 16


def _is_address(value: Any) -> bool:
    return isinstance(value, dict) and _is_port(value.get("port")) and _is(str)(value.get("host", ""))


def _is_pid(value: Any) -> bool:
    digits = str(value)
    return _is(int, str)(value) and digits.isascii() and digits.isdigit() and 0 < int(digits) < 1 << 31


def _is_environment(value: Any) -> bool:
    return isinstance(value, dict) and all(
        (text is None or _is(str, int, float)(text))
        and "=" not in name
        and name
        and "\0" not in f"{name}{text}"
        for name, text in value.items()
    )


def _is_mapping_list(value: Any) -> bool:
    return _is_list_of(dict)(value) and all(
        _is(str)(each.get("localRoot")) and _is(str)(each.get("remoteRoot")) for each in value
    )


BOOLEAN = Kind("true or false", lambda value: isinstance(value, bool))
INTEGER = Kind("an integer", _is(int))
STRING = Kind("a string", _is(str))
TEXT = Kind("a string that is not empty", lambda value: _is(str)(value) and value != "" and "\0" not in value)
WORDS = Kind("an array of strings", _is_list_of(str))
CODE = Kind("a string, or an array of lines", lambda value: _is(str)(value) or _is_list_of(str)(value))
ARGS = Kind("an array of strings, or a string", lambda value: _is(str)(value) or _is_list_of(str, int)(value))
PYTHON = Kind(
    "a string, or an array of strings",
    lambda value: bool(value) and (_is(str)(value) or _is_list_of(str)(value)),
)
OBJECT = Kind("an object", _is(dict))
OBJECTS = Kind("an array of objects", _is_list_of(dict))
ENVIRONMENT = Kind("an object of strings; null takes a variable away", _is_environment)
ADDRESS = Kind("an object with `port`, and `host` unless that is 127.0.0.1", _is_address)
PORT = Kind("a port", _is_port)
PID = Kind("a process id", _is_pid)
MAPPINGS = Kind("an array of objects with `localRoot` and `remoteRoot`", _is_mapping_list)
CONSOLE = Kind(
    "`internalConsole`, `integratedTerminal` or `externalTerminal`",
    lambda value: value in ("internalConsole", "integratedTerminal", "externalTerminal"),
)
ON_TERMINATE = Kind("`kill` or `KeyboardInterrupt`", lambda value: value in ("", "kill", "KeyboardInterrupt"))
ON_DISCONNECT = Kind("`continue` or `stay`", lambda value: value in ("continue", "stay"))
ONLY_EXEC = "exec"
SUBPROCESSES = Kind(
    'true, false, `"exec"`, or an array of patterns',
    lambda value: isinstance(value, bool) or value == ONLY_EXEC or _is_list_of(str)(value),
)
TARGET = Kind("a process id, or a part of a command line", lambda value: value != "" and _is(int, str)(value))
ANYTHING = Kind("anything", lambda value: True)
