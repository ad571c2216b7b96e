"""Write `dap/types.py` and `dap/fields.py` from the protocol's JSON schema and our own beside it.

    python tools/gen_dap.py            # write both
    python tools/gen_dap.py --check    # exit status 1 if they are not what would be written

The protocol's schema is taken from the wheel of debugpy, which ships it; the
wheel is fetched with pip and kept below `build/`.  The schema and its prose are
not committed, what is made of them here is.
"""

from __future__ import annotations

import argparse
import json
import keyword
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DAP = ROOT / "src" / "remora" / "dap"
OUR_SCHEMA = DAP / "schema" / "remora.json"
CACHE = ROOT / "build" / "dap"

PACKAGE = "debugpy==1.8.22"
SCHEMA_IN_WHEEL = "debugpy/_vendored/pydevd/_pydevd_bundle/_debug_adapter/debugProtocol.json"

#: Requests that an adapter sends and never receives.
REVERSE_REQUESTS = {"runInTerminal", "startDebugging"}
#: Requests about going back in time: no Python debugger answers them.
FOREIGN_REQUESTS = {"reverseContinue", "stepBack"}
#: The envelopes that are typed as they stand; of the others only arguments and bodies are.
ENVELOPES = {"ProtocolMessage", "Request", "Event", "Response"}

Schema = dict[str, Any]
Definitions = dict[str, Schema]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit status 1 if something is stale"
    )
    check = parser.parse_args().check
    texts = generated(protocol_schema())
    stale = {path: text for path, text in texts.items() if stands_otherwise(path, text)}
    for path, text in stale.items():
        if not check:
            path.write_text(text)
        print(f"{path.relative_to(ROOT)}: {'stale' if check else 'written'}")
    return 1 if check and stale else 0


def stands_otherwise(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text() != text


def generated(protocol: Definitions) -> dict[Path, str]:
    """The text of each generated file."""
    definitions = flattened(merged(protocol, own_schema()))
    texts = {DAP / "types.py": types_module(definitions), DAP / "fields.py": fields_module(definitions)}
    return {path: formatted(path, text) for path, text in texts.items()}


def protocol_schema() -> Definitions:
    """The definitions of DAP itself.  Raises `CalledProcessError` if pip cannot fetch the wheel."""
    cached = CACHE / "debugProtocol.json"
    if not cached.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE), PACKAGE]
        subprocess.run(pip, check=True)
        wheel = next(CACHE.glob("debugpy-*.whl"))
        cached.write_bytes(zipfile.ZipFile(wheel).read(SCHEMA_IN_WHEEL))
    definitions: Definitions = json.loads(cached.read_text())["definitions"]
    return definitions


def own_schema() -> Definitions:
    definitions: Definitions = json.loads(OUR_SCHEMA.read_text())["definitions"]
    return definitions


def merged(ours: Schema, theirs: Schema) -> Schema:
    """Two schemas as one: objects field by field, parts of `allOf` in turn, of anything else the second."""
    result = dict(ours)
    for key, value in theirs.items():
        known = result.get(key)
        if key == "allOf" and isinstance(known, list):
            result[key] = [merged(*parts) for parts in zip(known, value, strict=True)]
        elif isinstance(known, dict) and isinstance(value, dict):
            result[key] = merged(known, value)
        else:
            result[key] = value
    return result


def formatted(path: Path, text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "--line-length=110", "--stdin-filename", str(path), "-"]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


# Reading the schema


def own_part(schema: Schema) -> Schema:
    """What a definition adds to the one it extends (`allOf` with a reference and an object)."""
    parts = schema.get("allOf", [schema])
    return next((part for part in parts if "$ref" not in part), {})


def flattened(definitions: Definitions) -> Definitions:
    """Definitions that extend others with the fields of both, except requests, responses and events."""
    return {
        name: schema if extends_envelope(name, schema) else whole(schema, definitions)
        for name, schema in definitions.items()
    }


def extends_envelope(name: str, schema: Schema) -> bool:
    return name not in ENVELOPES and reference(schema.get("allOf", [{}])[0]) in ENVELOPES


def whole(schema: Schema, definitions: Definitions) -> Schema:
    if "allOf" not in schema:
        return schema
    parts = [
        whole(definitions[target] if (target := reference(part)) else part, definitions)
        for part in schema["allOf"]
    ]
    fields = {field: value for part in parts for field, value in part["properties"].items()}
    return {
        "type": "object",
        "properties": fields,
        "required": [field for part in parts for field in part.get("required", [])],
    }


def requests(definitions: Definitions) -> Iterator[tuple[str, str | None]]:
    """Command and the name of its arguments' definition, for each request an adapter receives."""
    for name, schema in definitions.items():
        if name.endswith("Request") and name != "Request":
            fields = own_part(schema)["properties"]
            command = fields["command"]["enum"][0]
            if command not in REVERSE_REQUESTS | FOREIGN_REQUESTS:
                yield command, reference(fields.get("arguments", {}))


def reference(schema: Schema) -> str | None:
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def is_object(schema: Schema) -> bool:
    return schema.get("type") == "object" and "properties" in schema


# types.py


def types_module(definitions: Definitions) -> str:
    lines = [
        '"""The types of DAP messages, for type checkers alone: importing this defines nothing.',
        "",
        "Made by tools/gen_dap.py; do not edit.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "TYPE_CHECKING = False",
        "if TYPE_CHECKING:",
        "    from typing import Any, Dict, Literal, TypedDict",
        "",
        "    from typing_extensions import NotRequired",
        "",
    ]
    for name, schema in typed_definitions(definitions):
        lines += ["    " + line for line in type_definition(name, schema)] + [""]
    return "\n".join(lines)


def typed_definitions(definitions: Definitions) -> Iterator[tuple[str, Schema]]:
    """Every definition but those that extend an envelope, of which the bodies are taken."""
    for name, schema in definitions.items():
        if "allOf" not in schema:
            yield name, schema
            continue
        body = own_part(schema).get("properties", {}).get("body", {})
        if is_object(body):
            yield name + "Body", body


def type_definition(name: str, schema: Schema) -> list[str]:
    if not is_object(schema):
        # An alias is an expression, in which 3.8 has no `dict[...]`.
        free_form = schema.get("type") == "object"
        return [f"{name} = " + ("Dict[str, Any]" if free_form else type_expression(schema))]
    required = schema.get("required", [])
    fields = {field: field_type(value, field in required) for field, value in schema["properties"].items()}
    if all(is_attribute(field) for field in fields):
        return [f"class {name}(TypedDict):", *(f"    {field}: {kind}" for field, kind in fields.items())]
    items = ", ".join(f'"{field}": {kind!r}' for field, kind in fields.items())
    return [f'{name} = TypedDict("{name}", {{{items}}})']


def is_attribute(field: str) -> bool:
    # Two leading underscores would be mangled in a class body.
    return field.isidentifier() and not keyword.iskeyword(field) and not field.startswith("__")


def field_type(schema: Schema, required: bool) -> str:
    kind = type_expression(schema)
    return kind if required else f"NotRequired[{kind}]"


SIMPLE_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def type_expression(schema: Schema) -> str:
    kind = schema.get("type")
    if target := reference(schema):
        return target
    if "oneOf" in schema:
        return " | ".join(type_expression(part) for part in schema["oneOf"])
    if "enum" in schema:
        return "Literal[" + ", ".join(json.dumps(value) for value in schema["enum"]) + "]"
    if kind == "array":
        return f"list[{type_expression(schema['items'])}]"
    if kind == "object":
        values = schema.get("additionalProperties", True)
        return "dict[str, Any]" if values is True else f"dict[str, {type_expression(values)}]"
    if isinstance(kind, list):
        anything = len(kind) > len(SIMPLE_TYPES)
        return "Any" if anything else " | ".join(SIMPLE_TYPES[part] for part in kind)
    return SIMPLE_TYPES[schema["type"]]


# fields.py


def fields_module(definitions: Definitions) -> str:
    arguments = {
        command: target
        for command, target in requests(definitions)
        if target and is_object(definitions[target])
    }
    lines = [
        '"""What the arguments of requests may hold, as far as `check` looks at it.',
        "",
        "Made by tools/gen_dap.py; do not edit.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "TYPE_CHECKING = False",
        "if TYPE_CHECKING:",
        "    from typing import Any, Dict, List, Tuple, Union",
        "",
        "    #: A type of Python; integers from the range's start on; one of some strings;",
        "    #: an array of a kind; the name of a shape.",
        "    Kind = Union[type, range, Tuple[str, ...], List[Any], str]",
        "    Shape = Tuple[Tuple[str, ...], Dict[str, Kind]]",
        "",
        "NATURAL = range(1)",
        "",
        "#: Command → shape of its arguments, for the requests whose arguments are not free.",
        "ARGUMENTS = {",
        *(f"    {command!r}: {target!r}," for command, target in sorted(arguments.items())),
        "}",
        "",
        "#: Shape → the names of its required fields, and the kind of each field that is not free.",
        "SHAPES: dict[str, Shape] = {",
        *(shape_line(name, definitions) for name in reachable(definitions, set(arguments.values()))),
        "}",
        "",
    ]
    return "\n".join(lines)


def reachable(definitions: Definitions, names: set[str]) -> list[str]:
    """The object definitions among `names` and those that they refer to."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        if name not in found and is_object(definitions[name]):
            found.add(name)
            fields = definitions[name]["properties"].values()
            waiting |= {target for field in fields if (target := reference(field.get("items", field)))}
    return sorted(found)


def shape_line(name: str, definitions: Definitions) -> str:
    schema = definitions[name]
    fields = schema["properties"].items()
    kinds = {field: kind for field, value in fields if (kind := kind_expression(value, definitions))}
    body = ", ".join(f"{field!r}: {kind}" for field, kind in kinds.items())
    return f"    {name!r}: ({tuple(schema.get('required', ()))!r}, {{{body}}}),"


def kind_expression(schema: Schema, definitions: Definitions) -> str | None:
    """None if anything goes."""
    kind = schema.get("type")
    if "oneOf" in schema or isinstance(kind, list):
        return None
    if target := reference(schema):
        resolved = definitions[target]
        return repr(target) if is_object(resolved) else kind_expression(resolved, definitions)
    if "enum" in schema:
        return repr(tuple(schema["enum"]))
    if kind == "array":
        item = kind_expression(schema["items"], definitions)
        return f"[{item}]" if item else "list"
    if "minimum" in schema:
        return "NATURAL"
    return SIMPLE_TYPES.get(schema["type"], "dict")


if __name__ == "__main__":
    sys.exit(main())
