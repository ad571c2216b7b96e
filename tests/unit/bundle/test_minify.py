"""Source text without what only people read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import remora
from remora.bundle.minify import minify

PACKAGE = Path(remora.__file__).parent
TRAVELLING = sorted([*(PACKAGE / "dap").rglob("*.py"), *(PACKAGE / "agent").rglob("*.py")])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1  # why\n# all\ny = '#'\n", "x = 1\n\ny = '#'\n"),
        ('"""Doc."""\nx = 1\n', "\nx = 1\n"),
        ('def f():\n    """Doc\n\n    more."""\n    return 1\n', "def f():\n    \n\n\n    return 1\n"),
        ('def f():\n    """Doc."""\n', "def f():\n    pass\n"),
        ('class C:\n    """Doc."""\n\n    "more"\n', "class C:\n    pass\n\n    \n"),
        ("from __future__ import annotations\nx = 1\n", "\nx = 1\n"),
        ("def f(a: int, *b: str, c: x = 1, **d: y) -> z:\n    a\n", "def f(a, *b, c = 1, **d) :\n    a\n"),
        ("def f(\n    a: int,\n) -> dict[\n    str, int\n]:\n    a\n", "def f(\n    a,\n) :\n\n\n    a\n"),
        ("x: int = 1\ny: int\nclass C:\n    z: str\n", "x = 1\npass\nclass C:\n    pass\n"),
        ("def f():\n    s.x: int = 1\n", "def f():\n    s.x = 1\n"),
        (
            "if TYPE_CHECKING:\n    import a\n    b: int = 1\nelse:\n    b = 2  # b\n",
            "if TYPE_CHECKING:\n    pass\n\nelse:\n    b = 2\n",
        ),
        ("def f(é: int, b: 'é' = 'é'): pass\n", "def f(é, b = 'é'): pass\n"),
        ("def f():\n    return lambda a: a\n", "def f():\n    return lambda a: a\n"),
        (
            "def f(a=(lambda: 1)) -> int:\n    def g(b: int): return b\n",
            "def f(a=(lambda: 1)) :\n    def g(b): return b\n",
        ),
        ("", ""),
    ],
)
def test_forms(source: str, expected: str) -> None:
    assert minify(source) == expected
    ast.parse(expected)


class Bare(ast.NodeTransformer):
    """The program that is left when nobody reads it, in another way than `minify` goes about it."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return ast.Assign([node.target], self.visit(node.value), type_comment=None)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(node.arg, None)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if is_text else self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        return ast.Pass() if node.module == "__future__" else node

    def visit_If(self, node: ast.If) -> ast.AST:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)


class WithoutPass(ast.NodeTransformer):
    def visit_Pass(self, node: ast.Pass) -> None:
        return None


@pytest.mark.parametrize("path", TRAVELLING, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_travelling_module_stays_the_same_program(path: Path) -> None:
    source = path.read_text()
    short = minify(source)
    assert source.count("\n") == short.count("\n")
    bare = [WithoutPass().visit(Bare().visit(ast.parse(text))) for text in (source, short)]
    assert ast.dump(bare[0]) == ast.dump(bare[1])
    kept = {(node.lineno, type(node)) for node in ast.walk(ast.parse(short)) if isinstance(node, ast.stmt)}
    there = {(node.lineno, type(node)) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}
    moved = {(line, kind) for line, kind in kept - there if kind not in (ast.Pass, ast.Assign)}
    assert moved == set()
