"""Sets the trace function of threads that run already: CPython 3.8 to 3.11.

The interpreter has no call for it: `sys.settrace` is for the thread that calls.
So the two words that it sets are set from here, through `ctypes`, while this
thread holds the GIL.  Where they stand in a thread state is not looked up in a
table but found: `sys.settrace(probe)` is called on our own thread, and our own
thread state is searched for `probe`.

Source: Include/cpython/pystate.h of 3.8 to 3.11 (`struct _ts`): in all four
`c_profilefunc, c_tracefunc, c_profileobj, c_traceobj` are neighbours.
"""

from __future__ import annotations

import sys

from ..compat import TRACING_FLAG_IN_CFRAME, TRACING_FLAG_IS_BYTE, TRACING_IS_COUNTED
from ..isolate import _thread, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional

_WORD = 8
#: Words of a thread state that are searched; the members looked for are among the first 30.
_SEARCHED = 64


class UnknownLayout(Exception):
    """The thread state of this interpreter is not as expected, so it is left alone."""


class ThreadStates:
    """The trace functions of all threads of this interpreter.

    Create it on a thread that has no trace function of its own.  Raises
    `ImportError` where `ctypes` is missing, `UnknownLayout` where the search fails.
    """

    def __init__(self, trace: Callable[..., Any]) -> None:
        import ctypes

        self._trace = trace
        self._word = ctypes.c_void_p
        self._flag = ctypes.c_uint8 if TRACING_FLAG_IS_BYTE else ctypes.c_int
        self._api = ctypes.PyDLL(None)
        for name in (
            "PyThreadState_Get",
            "PyInterpreterState_Main",
            "PyInterpreterState_ThreadHead",
            "PyThreadState_Next",
        ):
            getattr(self._api, name).restype = ctypes.c_void_p
        self._api.PyInterpreterState_ThreadHead.argtypes = [ctypes.c_void_p]
        self._api.PyThreadState_Next.argtypes = [ctypes.c_void_p]
        for name in ("Py_IncRef", "Py_DecRef"):
            getattr(self._api, name).argtypes = [ctypes.c_void_p]
            getattr(self._api, name).restype = None
        self._find_layout()
        self._held: Optional[tuple[int, int]] = None
        #: Per thread ident: what we put there, as (state, function, object) found before.
        self._replaced: dict[int, tuple[int, int]] = {}

    def hold(self) -> None:
        """Have the interpreter look for trace functions at all.

        3.8 and 3.9 count the calls of `sys.settrace` and look only while the count is not zero: one is
        made here, on our own thread, whose words are then cleared so that it is not slowed.
        """
        if TRACING_IS_COUNTED and not self._held:
            sys.settrace(self._trace)
            self._held = self._put(self._api.PyThreadState_Get(), 0, 0)

    def let_go(self) -> None:
        """Undo `hold`, on the same thread."""
        held, self._held = self._held, None
        if held:
            self._put(self._api.PyThreadState_Get(), *held, owned=True)
            sys.settrace(None)

    def arm(self, skip: set[int]) -> list[int]:
        """Trace all threads but `skip` that are not traced by us yet; their idents."""
        armed = []
        _take_fresh_turn()
        for ident, state in self._states():
            if ident not in skip and self._read(state, self._object_at) != id(self._trace):
                self._replaced[ident] = self._put(state, self._function, id(self._trace))
                armed.append(ident)
        return armed

    def disarm(self) -> None:
        """Give every thread back the trace function that it had."""
        _take_fresh_turn()
        for ident, state in self._states():
            before = self._replaced.pop(ident, None)
            if self._read(state, self._object_at) != id(self._trace):
                continue
            function, old = before or (0, 0)
            self._put(state, function, old, owned=True)
            self._api.Py_DecRef(id(self._trace))
        for _, old in self._replaced.values():
            if old:
                self._api.Py_DecRef(old)
        self._replaced.clear()

    def _put(self, state: int, function: int, obj: int, *, owned: bool = False) -> tuple[int, int]:
        """Set both words and the flag.  The reference that the slot held is now the caller's."""
        before = self._read(state, self._function_at), self._read(state, self._object_at)
        if obj and not owned:
            self._api.Py_IncRef(obj)
        self._write(state, self._object_at, obj)
        self._write(state, self._function_at, function)
        flag_at = state + self._flag_at
        if TRACING_FLAG_IN_CFRAME:
            flag_at = self._word.from_address(flag_at).value or 0
        traced = bool(function or self._read(state, self._function_at - _WORD))
        if flag_at:
            self._flag.from_address(flag_at).value = 255 if traced and TRACING_FLAG_IS_BYTE else int(traced)
        return before

    def _states(self) -> Iterator[tuple[int, int]]:
        state = self._api.PyInterpreterState_ThreadHead(self._api.PyInterpreterState_Main())
        while state:
            following = self._api.PyThreadState_Next(state)
            yield self._read(state, self._ident_at), state
            state = following

    def _find_layout(self) -> None:
        own = self._api.PyThreadState_Get()

        def probe(frame: Any, event: str, argument: Any) -> None:
            """Never wanted for what it reports."""

        sys.settrace(probe)
        words = [self._read(own, index * _WORD) for index in range(_SEARCHED)]
        sys.settrace(None)
        ident = _thread.get_ident()
        if words.count(id(probe)) != 1 or ident not in words:
            raise UnknownLayout
        index = words.index(id(probe))
        self._object_at = index * _WORD
        self._function_at = (index - 2) * _WORD
        self._function = words[index - 2]
        self._ident_at = words.index(ident) * _WORD
        before_profile = (index - 3) * _WORD
        self._flag_at = before_profile - (_WORD if TRACING_FLAG_IN_CFRAME else 4)
        if not self._function or self._read(own, self._object_at):
            raise UnknownLayout

    def _read(self, state: int, offset: int) -> int:
        return self._word.from_address(state + offset).value or 0

    def _write(self, state: int, offset: int, value: int) -> None:
        self._word.from_address(state + offset).value = value or None


def _take_fresh_turn() -> None:
    """Let the GIL go and take it again: nobody will ask for it before a whole switch interval is over.

    The walk over the threads, which none of them may leave meanwhile, takes a fraction of that.
    """
    time.sleep(0)
