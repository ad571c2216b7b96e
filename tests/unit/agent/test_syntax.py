"""What is found in syntax trees is what the module `ast` of the library finds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from remora.agent import syntax

FILES = sorted(Path(syntax.__file__).parent.rglob("*.py"))
TEXTS = ["é = f(x,\n  'ü' + 1); g()", "a = 1\r\nb = f(2)\r\n", "if x:\n\tf(y)\n", "''"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_walks_as_ast_does(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.dump(syntax.parse(path.read_text())) == ast.dump(tree)
    assert list(map(id, syntax.walk(tree))) == list(map(id, ast.walk(tree)))


@pytest.mark.parametrize("text", TEXTS)
def test_segments(text: str) -> None:
    for node in ast.walk(ast.parse(text)):
        assert syntax.get_source_segment(text, node) == ast.get_source_segment(
            text.replace("\r\n", "\n"), node
        )


def test_locations() -> None:
    ours, theirs = (
        ast.Expression(ast.BinOp(ast.Name("a", ast.Load()), ast.Add(), ast.Constant(1))) for _ in "ab"
    )
    for tree in ours, theirs:
        tree.body.lineno = 7
    dumps = [
        ast.dump(fix(tree), include_attributes=True)
        for fix, tree in ((syntax.fix_missing_locations, ours), (ast.fix_missing_locations, theirs))
    ]
    assert dumps[0] == dumps[1]
    name, origin = ast.Name("a", ast.Load()), ast.parse("(b)", mode="eval").body
    expected = ast.dump(ast.copy_location(ast.Name("a", ast.Load()), origin), include_attributes=True)
    assert ast.dump(syntax.copy_location(name, origin), include_attributes=True) == expected
