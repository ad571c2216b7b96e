"""Exceptions that are raised in a thread from outside, and the one that ends an evaluation.

`Interrupted` derives from `BaseException` so that code of the program which catches
`Exception` lets it pass, as does everything here that guards against errors
of the program.
"""

from __future__ import annotations


class Interrupted(BaseException):
    """Raised in the thread that evaluates, when the evaluation is cancelled or takes too long."""


def raise_in(ident: int, exception: type[BaseException]) -> bool:
    """Raise `exception` in a thread at its next bytecode; False where ctypes is missing.

    Source: `PyThreadState_SetAsyncExc` of the C API.
    """
    try:
        import ctypes
    except ImportError:
        return False
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(exception))
    return True
