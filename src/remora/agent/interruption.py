"""Exceptions that are raised in a thread from outside, the one that ends an evaluation, and calls.

`Interrupted` derives from `BaseException` so that code of the program which catches
`Exception` lets it pass, as does everything here that guards against errors
of the program.
"""

from __future__ import annotations

from .c_api import c_api

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


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


def call_on_main(work: Callable[[], object]) -> bool:
    """Have the main thread call `work` before its next bytecode, when it comes back from C if it is there.

    `work` must not raise.  False in a Python without `_ctypes`.  Source: `Py_AddPendingCall` of the C API.
    """
    try:
        api = c_api()
    except ImportError:
        return False
    call = _PendingCall(work)
    # The interpreter holds no reference; `_PendingCall` gives this one back.
    api.function("Py_IncRef", None, api.word)(id(call))
    pending = api.function("Py_AddPendingCall", api.int, api.word, api.word)
    return bool(pending(api.address("PyObject_IsTrue"), id(call)) == 0)


class _PendingCall:
    """Is asked for its truth when it is to be done: that is a function of C of the kind that is wanted."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._give_back = c_api().function("Py_DecRef", None, c_api().word)

    def __bool__(self) -> bool:
        self._work()
        self._give_back(id(self))
        return False
