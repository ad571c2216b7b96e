"""Files, functions and classes stay small enough to be read at one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pythons import CHECKOUT

FILE_LINES = 500
FUNCTION_LINES = 60
CLASS_METHODS = 20

#: Written by tools/gen_dap.py, and read by nobody from top to bottom.
GENERATED = {"src/remora/dap/types.py", "src/remora/dap/fields.py"}

#: What may be larger, and why: path or path:name → reason.
EXCEPTIONS: dict[str, str] = {}


def source_files(root: Path) -> list[Path]:
    return [
        path
        for folder in ("src", "tests", "tools", "bench")
        for path in sorted((root / folder).rglob("*.py"))
    ]


def too_large(root: Path) -> Iterator[str]:
    """What is over a limit, as "path" or "path:name", with its size."""
    for path in source_files(root):
        name = str(path.relative_to(root))
        if name in GENERATED:
            continue
        text = path.read_text(encoding="utf-8")
        lines = len(text.splitlines())
        if lines > FILE_LINES:
            yield f"{name}: {lines} lines"
        yield from (f"{name}:{found}" for found in _large_parts(ast.parse(text)))


def _large_parts(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.name}: {lines} lines"
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)
            if methods > CLASS_METHODS:
                yield f"{node.name}: {methods} methods"


def test_nothing_is_too_large() -> None:
    found = {wrong.rpartition(":")[0]: wrong for wrong in too_large(CHECKOUT)}
    assert [wrong for name, wrong in found.items() if name not in EXCEPTIONS] == []
    assert [name for name in EXCEPTIONS if name not in found] == [], (
        "these exceptions are not needed any more"
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("\n" * 501, "src/a.py: 501 lines"),
        ("def f():\n" + "    x\n" * 60, "src/a.py:f: 61 lines"),
        ("class A:\n" + "    def f(self): ...\n" * 21, "src/a.py:A: 21 methods"),
    ],
)
def test_what_is_too_large_is_found(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text(text)
    assert list(too_large(tmp_path)) == [wrong]


def test_what_is_just_small_enough_passes(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("class A:\n" + "    def f(self): ...\n" * 20 + "\n" * 479)
    assert list(too_large(tmp_path)) == []
