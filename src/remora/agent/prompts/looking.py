"""What a text at a prompt means, as far as that can be seen without running code of the program."""

from __future__ import annotations

from ...dap import errors
from ..expressions.lookup import NotHarmless, look_up
from ..inspection.presentation import describe_error
from ..syntax import library_ast, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .namespace import Namespace


def look_at(namespace: Namespace, expression: str) -> Any:
    """The value of `expression`.  Raises `errors.RequestError`."""
    ast = library_ast()
    try:
        tree = parse(expression.strip(), mode="eval")
        shape: Any = namespace.as_frame()
        return look_up(ast.Expr(value=tree.body), shape)
    except NotHarmless as error:
        raise errors.evaluation_failed(str(error)) from None
    except (SyntaxError, ValueError, NameError, AttributeError, LookupError, TypeError) as error:
        raise errors.evaluation_failed(describe_error(error)) from None
