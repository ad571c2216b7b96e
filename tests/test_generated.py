"""What is generated is what the generator writes now, and what our own schema says."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from remora.dap.fields import ARGUMENTS, SHAPES

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def gen_dap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_dap", ROOT / "tools" / "gen_dap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_files_are_up_to_date(gen_dap: ModuleType) -> None:
    try:
        protocol = gen_dap.protocol_schema()
    except subprocess.CalledProcessError:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"pip cannot fetch {gen_dap.PACKAGE}, which has the protocol's schema")
    for path, text in gen_dap.generated(protocol).items():
        assert path.read_text() == text, f"{path.name} is stale: run tools/gen_dap.py"


def typed_fields() -> dict[str, dict[str, str]]:
    tree = ast.parse((ROOT / "src/remora/dap/types.py").read_text())
    return {
        node.name: {
            field.target.id: ast.unparse(field.annotation)
            for field in node.body
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        }
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }


def test_own_definitions_are_typed(gen_dap: ModuleType) -> None:
    typed = typed_fields()
    for name, schema in gen_dap.own_schema().items():
        if gen_dap.is_object(schema):
            required = schema.get("required", [])
            assert list(typed[name]) == list(schema["properties"])
            assert [
                field for field, kind in typed[name].items() if not kind.startswith("NotRequired")
            ] == required


def test_own_requests_are_in_the_table(gen_dap: ModuleType) -> None:
    own = dict(gen_dap.requests(gen_dap.own_schema()))
    assert sorted(own) == [
        "remora/clients",
        "remora/closePrompt",
        "remora/code",
        "remora/configure",
        "remora/describe",
        "remora/exceptionStack",
        "remora/handleSignal",
        "remora/input",
        "remora/movePrompt",
        "remora/openPrompt",
        "remora/refresh",
        "remora/resolveSource",
        "remora/sendSignal",
        "remora/signals",
        "remora/tasks",
    ]
    for command, target in own.items():
        assert ARGUMENTS.get(command) == (target or None)


def test_own_limits_of_standard_fields_are_in_the_table(gen_dap: ModuleType) -> None:
    found = 0
    for name, schema in gen_dap.own_schema().items():
        for field, value in schema.get("properties", {}).items():
            if "minimum" in value and name in SHAPES:
                assert SHAPES[name][1][field] == range(1)
                found += 1
    assert found >= 10


def test_every_name_in_the_table_is_there() -> None:
    named = set(ARGUMENTS.values())
    for _, kinds in SHAPES.values():
        parts = [part for kind in kinds.values() for part in (kind if isinstance(kind, list) else [kind])]
        named |= {part for part in parts if isinstance(part, str)}
    assert named <= set(SHAPES)


def test_no_prose_of_the_schema_is_committed() -> None:
    for name in ("types.py", "fields.py"):
        text = (ROOT / "src/remora/dap" / name).read_text()
        assert max(len(line) for line in text.splitlines()) <= 120
        assert "The " not in text.split('"""', 2)[2]
