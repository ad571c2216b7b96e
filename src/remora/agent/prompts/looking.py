"""What a text at a prompt means, as far as that can be seen without running code of the program."""

from __future__ import annotations

from ...dap import errors
from ..expressions.lookup import NotHarmless, look_up
from ..inspection.presentation import describe_error, printable
from ..inspection.static import METHOD, ROUTINES, is_a
from ..isolate import library, privately
from ..syntax import library_ast, parse
from .failures import enter_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from .namespace import Namespace


#: Characters of a source text.
_LONGEST = 20_000


def source_text(value: Any, sources: Mapping[str, str]) -> str:
    """The source of `value`, or of its type; empty if it is not known.  `sources`: texts by names."""
    inspect = library("inspect")
    if not is_a(value, type) and type(value) not in (type(inspect), METHOD, *ROUTINES):
        value = type(value)
    new = [name for name in sources if name not in inspect.linecache.cache]
    for name in new:
        enter_source(inspect.linecache, name, sources[name])
    try:
        return printable(privately(lambda: inspect.getsource(value)))[:_LONGEST]
    except (OSError, TypeError, SyntaxError, IndexError):
        return ""
    finally:
        for name in new:
            inspect.linecache.cache.pop(name, None)


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
