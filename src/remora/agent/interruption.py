"""Exceptions that are raised in a thread from outside, and the one that ends an evaluation.

`Interrupted` derives from `BaseException` so that code of the program which catches
`Exception` lets it pass, as does everything here that guards against errors
of the program.
"""

from __future__ import annotations

from .c_api import c_api


class Interrupted(BaseException):
    """Raised in the thread that evaluates, when the evaluation is cancelled or takes too long."""


def raise_in(ident: int, exception: type[BaseException]) -> bool:
    """Raise `exception` in a thread at its next bytecode; False in a Python without `_ctypes`.

    Source: `PyThreadState_SetAsyncExc` of the C API.
    """
    try:
        api = c_api()
    except ImportError:
        return False
    api.function("PyThreadState_SetAsyncExc", api.int, api.word, api.object)(ident, exception)
    return True
