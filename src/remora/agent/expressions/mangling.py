"""Private names of classes in evaluated text.

Inside a class, Python turns `self.__x` into `self._Class__x` when it compiles;
text that is evaluated in a method is compiled outside, so it is done here.
Pure.
"""

from __future__ import annotations

from ..syntax import library_ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast


def class_of(qualified_name: str) -> str | None:
    """Return the name of the innermost class around a function, going by its qualified name."""
    parts = qualified_name.split(".")
    # What follows "<locals>" is inside a function; the part before it is that function.
    while parts:
        parts.pop()
        if parts and parts[-1] != "<locals>":
            return parts[-1]
        if parts:
            parts.pop()
    return None


def mangle(tree: ast.AST, class_name: str) -> None:
    """Replace the private names in a syntax tree, as the compiler does within that class."""
    ast = library_ast()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            node.attr = mangled(node.attr, class_name)
        elif isinstance(node, ast.Name):
            node.id = mangled(node.id, class_name)


def has_private_names(tree: ast.AST) -> bool:
    """Tell whether a syntax tree has names that mean something else inside a class."""
    ast = library_ast()
    names = [
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(tree)
        if isinstance(node, (ast.Attribute, ast.Name))
    ]
    return any(mangled(name, "C") != name for name in names)


def mangled(name: str, class_name: str) -> str:
    """Return a name as the compiler stores it inside a class."""
    stripped = class_name.lstrip("_")
    if not name.startswith("__") or name.endswith("__") or not stripped:
        return name
    return f"_{stripped}{name}"
