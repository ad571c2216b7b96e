"""Sets the trace function of threads that run already: CPython 3.8 to 3.11.

The interpreter has no call for it: `sys.settrace` is for the thread that calls.
So the two words that it sets are set from here, through the C API, while this
thread holds the GIL.  Where they stand in a thread state is not looked up in a
table but found: `sys.settrace(probe)` is called on our own thread, and our own
thread state is searched for `probe`.

Source: Include/cpython/pystate.h of 3.8 to 3.11 (`struct _ts`): in all four
`c_profilefunc, c_tracefunc, c_profileobj, c_traceobj` are neighbours.
"""

from __future__ import annotations

import sys

from ..c_api import c_api
from ..compat import (
    TRACING_COUNT_IN_RUNTIME,
    TRACING_FLAG_IN_CFRAME,
    TRACING_FLAG_IS_BYTE,
    TRACING_IS_COUNTED,
)
from ..isolate import _thread, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from ..c_api import CApi

_WORD = 8
#: Words of a thread state that are searched; the members looked for are among the first 30.
_SEARCHED = 64
#: Bytes of the runtime's or the interpreter's state in which the count of traced threads is looked for.
_SEARCHED_FOR_COUNT = 2048
#: While we trace, the count is this much higher than it should be.
_HELD = 1 << 20
#: Seconds in which the other threads that wait for the GIL have all begun to wait anew.
_YIELDING = 0.0002


class UnknownLayout(Exception):
    """The thread state of this interpreter is not as expected, so it is left alone."""


class ThreadStates:
    """The trace functions of all threads of this interpreter.

    Raises `ImportError` where `_ctypes` is missing, `UnknownLayout` where the search fails.
    """

    def __init__(self, trace: Callable[..., Any]) -> None:
        c = c_api()
        self._trace = trace
        self._word = c.word
        self._flag = c.byte if TRACING_FLAG_IS_BYTE else c.int
        self._api = _Api(c)
        self._find_layout()
        self._count = _TracedCount(c, self._api) if TRACING_IS_COUNTED else None
        #: Per thread ident: the function and object that were there before; we own the reference to it.
        self._replaced: dict[int, tuple[int, int]] = {}

    def arm(self, skip: set[int]) -> list[int]:
        """Trace all threads but `skip` that are not traced by us yet; their idents."""
        if self._count is not None:
            self._count.hold()
        armed: list[int] = []

        def put(ident: int, state: int) -> bool:
            if ident in skip or self._read(state, self._object_at) == id(self._trace):
                return False
            # The ident may be that of a thread that has ended since.
            self._forget(ident)
            self._api.Py_IncRef(id(self._trace))
            self._replaced[ident] = self._put(state, self._function, id(self._trace))
            armed.append(ident)
            return True

        self._for_each_state(put)
        return armed

    def disarm(self, default: Optional[Callable[..., Any]]) -> None:
        """Give every thread back the trace function that it had; to those that started since, `default`."""
        traced: set[int] = set()

        def restore(ident: int, state: int) -> bool:
            ours = self._read(state, self._object_at) == id(self._trace)
            if ours:
                self._put(state, *self._replaced.pop(ident, None) or self._owned(default))
                self._api.Py_DecRef(id(self._trace))
            if self._read(state, self._function_at):
                traced.add(state)
            return ours

        self._for_each_state(restore)
        for ident in list(self._replaced):
            self._forget(ident)
        if self._count is not None:
            self._count.set(len(traced))

    def _owned(self, function: Optional[Callable[..., Any]]) -> tuple[int, int]:
        if function is None:
            return 0, 0
        self._api.Py_IncRef(id(function))
        return self._function, id(function)

    def _forget(self, ident: int) -> None:
        _, old = self._replaced.pop(ident, (0, 0))
        if old:
            self._api.Py_DecRef(old)

    def _put(self, state: int, function: int, obj: int) -> tuple[int, int]:
        """Set both words and the flag.  Takes over the reference to `obj`, gives that to what is returned."""
        before = self._read(state, self._function_at), self._read(state, self._object_at)
        self._write(state, self._object_at, obj)
        self._write(state, self._function_at, function)
        flag_at = state + self._flag_at
        if TRACING_FLAG_IN_CFRAME:
            flag_at = self._word.from_address(flag_at).value
        traced = bool(function or self._read(state, self._function_at - _WORD))
        if flag_at:
            self._flag.from_address(flag_at).value = 255 if traced and TRACING_FLAG_IS_BYTE else int(traced)
        return before

    def _for_each_state(self, visit: Callable[[int, int], bool]) -> None:
        """Call `visit` with the ident and the state of each thread, perhaps twice; it says if it changed it.

        A thread that ends takes its state with it, so none may run meanwhile.  Threads that want the GIL
        ask for it when they have waited for a whole switch interval: that is ours, from a fresh turn on.
        When it runs out, the walk begins anew; with more time, unless it has got on.
        """
        interval = sys.getswitchinterval()
        changed: list[bool] = []
        while not self._walk(visit, changed):
            if not any(changed):
                sys.setswitchinterval(sys.getswitchinterval() * 2)
            changed.clear()
        if sys.getswitchinterval() != interval:
            sys.setswitchinterval(interval)

    def _walk(self, visit: Callable[[int, int], bool], changed: list[bool]) -> bool:
        """Whether the walk came to its end within this turn."""
        read, next_state, now = self._read, self._api.PyThreadState_Next, time.monotonic
        time.sleep(_YIELDING)
        deadline = now() + sys.getswitchinterval() / 2
        state = self._api.PyInterpreterState_ThreadHead(self._api.PyInterpreterState_Main())
        while state:
            if now() > deadline:
                return False
            changed.append(visit(read(state, self._ident_at), state))
            state = next_state(state)
        return True

    def _find_layout(self) -> None:
        own = self._api.PyThreadState_Get()
        before = sys.gettrace()

        def probe(frame: Any, event: str, argument: Any) -> None:
            """Never wanted for what it reports."""

        sys.settrace(probe)
        words = [self._read(own, index * _WORD) for index in range(_SEARCHED)]
        sys.settrace(before)
        ident = _thread.get_ident()
        if words.count(id(probe)) != 1 or ident not in words:
            raise UnknownLayout
        index = words.index(id(probe))
        self._object_at: int = index * _WORD
        self._function_at: int = (index - 2) * _WORD
        self._function: int = words[index - 2]
        self._ident_at: int = words.index(ident) * _WORD
        before_profile = (index - 3) * _WORD
        self._flag_at: int = before_profile - (_WORD if TRACING_FLAG_IN_CFRAME else 4)
        if not self._function or (before is None and self._read(own, self._object_at)):
            raise UnknownLayout

    def _read(self, state: int, offset: int) -> int:
        value: int = self._word.from_address(state + offset).value
        return value

    def _write(self, state: int, offset: int, value: int) -> None:
        self._word.from_address(state + offset).value = value


class _TracedCount:
    """`tracing_possible` of 3.8 and 3.9: the evaluation loop looks for trace functions only if it is not 0.

    `sys.settrace` counts; what is written past it is not counted.  And since it counts down when a thread
    drops the function that we put there, the count is held high while we trace, and set right afterwards.
    """

    def __init__(self, c: CApi, api: _Api) -> None:
        base: int = c.address("_PyRuntime") if TRACING_COUNT_IN_RUNTIME else api.PyInterpreterState_Main()
        self._int = c.int
        numbers = c.array(c.int, _SEARCHED_FOR_COUNT // 4).from_address(base)
        self._address = base + 4 * self._find(lambda: numbers[:])

    def hold(self) -> None:
        count = self._int.from_address(self._address)
        if count.value < _HELD // 2:
            count.value += _HELD

    def set(self, traced: int) -> None:
        self._int.from_address(self._address).value = traced

    def _find(self, numbers: Callable[[], Any]) -> int:
        """The place of the one number that goes up and down with `sys.settrace` on this thread."""
        before = sys.gettrace()
        seen = []
        for turn in range(6):
            sys.settrace(_ignore if turn % 2 else None)
            seen.append(numbers())
        sys.settrace(before)
        places = [
            place
            for place, first in enumerate(seen[0])
            if all(each[place] - first == turn % 2 for turn, each in enumerate(seen))
        ]
        if len(places) != 1:
            raise UnknownLayout
        return places[0]


def _ignore(frame: Any, event: str, argument: Any) -> None:
    """A trace function."""


class _Api:
    """The functions of the C API that are needed.  Raises `UnknownLayout` if one is missing."""

    def __init__(self, c: CApi) -> None:
        try:
            self.PyThreadState_Get = c.function("PyThreadState_Get", c.word)
            self.PyInterpreterState_Main = c.function("PyInterpreterState_Main", c.word)
            self.PyInterpreterState_ThreadHead = c.function("PyInterpreterState_ThreadHead", c.word, c.word)
            self.PyThreadState_Next = c.function("PyThreadState_Next", c.word, c.word)
            self.Py_IncRef = c.function("Py_IncRef", None, c.word)
            self.Py_DecRef = c.function("Py_DecRef", None, c.word)
        except OSError as error:
            raise UnknownLayout from error
