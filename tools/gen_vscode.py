"""Writes the options of launch and attach into the manifest of the VS Code extension.

python tools/gen_vscode.py            # write them
python tools/gen_vscode.py --check    # exit status 1 when they are stale

They are those of the adapter's own table, as JSON schema; the rest of the
manifest is written by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from remora.gateway.ide import option_kinds as kinds
from remora.gateway.ide.option_kinds import Kind
from remora.gateway.ide.option_table import OPTIONS, Option

TARGET = Path(__file__).parent.parent / "editors" / "vscode" / "package.json"

Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_STRINGS: Schema = {"type": "array", "items": _STRING}
_MAPPING: Schema = {
    "type": "object",
    "required": ["localRoot", "remoteRoot"],
    "properties": {
        "localRoot": {"type": "string", "default": "${workspaceFolder}"},
        "remoteRoot": {"type": "string", "default": "."},
    },
}
_ADDRESS: Schema = {
    "type": "object",
    "required": ["port"],
    "properties": {
        "host": {"type": "string", "default": "127.0.0.1"},
        # A string is what `${input:port}` leaves.
        "port": {"type": ["integer", "string"], "default": 5678},
    },
}

#: What each kind of value is in JSON schema.
SCHEMAS: dict[Kind, Schema] = {
    kinds.BOOLEAN: {"type": "boolean"},
    kinds.INTEGER: {"type": "integer"},
    kinds.STRING: _STRING,
    kinds.TEXT: {"type": "string", "minLength": 1},
    kinds.WORDS: _STRINGS,
    kinds.CODE: {"type": ["string", "array"], "items": _STRING},
    kinds.ARGS: {"type": ["array", "string"], "items": {"type": ["string", "integer"]}},
    kinds.PYTHON: {"type": ["string", "array"], "items": _STRING, "minItems": 1},
    kinds.OBJECT: {"type": "object"},
    kinds.OBJECTS: {"type": "array", "items": {"type": "object"}},
    kinds.ENVIRONMENT: {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "null"]},
    },
    kinds.ADDRESS: _ADDRESS,
    kinds.PORT: {"type": ["integer", "string"]},
    kinds.PID: {"type": ["integer", "string"]},
    kinds.MAPPINGS: {"type": "array", "items": _MAPPING},
    kinds.CONSOLE: {"enum": ["integratedTerminal", "internalConsole", "externalTerminal"]},
    kinds.ON_TERMINATE: {"enum": ["kill", "KeyboardInterrupt"]},
    kinds.ON_DISCONNECT: {"enum": ["continue", "stay"]},
    kinds.SUBPROCESSES: {"type": ["boolean", "array"], "items": _STRING},
    kinds.TARGET: {"type": ["integer", "string"]},
    kinds.ANYTHING: {},
}

#: Where the extension fills in something else than the adapter does.
_DEFAULTS_OF_THE_EDITOR = {
    "console": "integratedTerminal",
    "cwd": "${workspaceFolder}",
    "showReturnValue": True,
}
#: How descriptions say so.
_STATED_DEFAULTS = {
    "console": "`integratedTerminal`",
    "cwd": "the folder that is open",
    "python": "the one that is selected in the editor",
    "showReturnValue": "`true`",
}
#: What is written for options that have no default.
_EXAMPLES = {"program": "${file}", "processId": "${command:pickProcess}"}
#: What the extension itself makes of a configuration, before the adapter sees it.
_OF_THE_EDITOR: dict[str, dict[str, Schema]] = {
    "launch": {
        "envFile": {
            "type": "string",
            "markdownDescription": "A file of `NAME=value` lines, added to the environment below `env`.",
            "default": "${workspaceFolder}/.env",
        }
    },
    "attach": {},
}


def manifest() -> str:
    """The whole text of the manifest."""
    written = json.loads(TARGET.read_text(encoding="utf-8"))
    [debugger] = written["contributes"]["debuggers"]
    debugger["configurationAttributes"] = {
        request: {"properties": {**_properties(request), **own}} for request, own in _OF_THE_EDITOR.items()
    }
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def _properties(request: str) -> dict[str, Schema]:
    return {
        option.name: _property(option)
        for option in OPTIONS
        if request in option.requests and option.name != "subProcessId"
    }


def _property(option: Option) -> Schema:
    schema = {**_schema(option), "markdownDescription": _description(option)}
    default = _default(option)
    if default is not None:
        schema["default"] = default
    if option.meaning.startswith("the old spelling of"):
        schema["deprecationMessage"] = _sentence(option.meaning).replace("`", "'")
    return schema


def _schema(option: Option) -> Schema:
    """Raises `LookupError` for a kind that has no schema yet."""
    if option.kind not in SCHEMAS:
        raise LookupError(f"{Path(__file__).name} has no schema for what '{option.name}' may be")
    return SCHEMAS[option.kind]


def _description(option: Option) -> str:
    if option.missing:
        return f"{_sentence(option.meaning)} Not supported: {_sentence(option.missing)}"
    default = _STATED_DEFAULTS.get(option.name, option.default)
    return _sentence(option.meaning) + (f" By default {default}." if default else "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _default(option: Option) -> Any:
    """What the editor writes when the option's name is completed; None for the type's own."""
    for known in (_EXAMPLES, _DEFAULTS_OF_THE_EDITOR):
        if option.name in known:
            return known[option.name]
    match option.default.split("`"):
        case "", text, "":
            return _value(text)
        case _:
            return None


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        return 0 if TARGET.read_text(encoding="utf-8") == manifest() else 1
    TARGET.write_text(manifest(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
