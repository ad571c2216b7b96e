"""For the checks: a listener that writes down what it is told, and threads to watch."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any

from remora.agent import tracing

#: Seconds after which something that should have happened has not.
PATIENCE = 40


class Recorder:
    """The events, as tuples (what, function, detail); `on[what]` is called as well, if it is there."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.errors: list[BaseException] = []
        self.on: dict[str, Callable[..., None]] = {}
        self.tracer = tracing.choose()

    def __enter__(self) -> Recorder:
        self.tracer.start(self, self.errors.append)
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.tracer.stop()
        self.tracer.own_threads().clear()
        if error is None and self.errors:
            raise self.errors[0]

    def of(self, *kinds: str) -> list[Any]:
        """What was told of these kinds of events, without the kind if there is one only."""
        told = [event for event in list(self.events) if event[0] in kinds]
        if len(kinds) > 1:
            return told
        return [event[1:] if len(event) > 2 else event[1] for event in told]

    def _note(self, what: str, frame: FrameType, *detail: Any) -> None:
        self.events.append((what, frame.f_code.co_name, *detail))
        act = self.on.get(what)  # which a test may clear meanwhile
        if act is not None:
            act(frame, *detail)

    def code_found(self, code: CodeType, frame: FrameType) -> None:
        assert frame.f_code is code
        self._note("found", frame)

    def line(self, frame: FrameType, line: int) -> None:
        assert frame.f_lineno == line
        self._note("line", frame, line - frame.f_code.co_firstlineno)

    def instruction(self, frame: FrameType, offset: int) -> None:
        assert frame.f_lasti == offset
        self._note("instruction", frame, offset)

    def start(self, frame: FrameType) -> None:
        self._note("start", frame)

    def py_return(self, frame: FrameType, value: Any) -> None:
        self._note("return", frame, value)

    def py_yield(self, frame: FrameType, value: Any) -> None:
        self._note("yield", frame, value)

    def called(self, frame: FrameType, code: CodeType) -> None:
        self._note("called", frame, code.co_name)

    def unwind(self, frame: FrameType, exception: BaseException | None) -> None:
        self._note("unwind", frame, repr(exception))

    def raised(self, frame: FrameType, exception: BaseException) -> None:
        self._note("raised", frame, repr(exception))

    def checkpoint(self, frame: FrameType) -> None:
        self._note("checkpoint", frame)


class Spinner:
    """A thread that calls `work(self)`, which runs until `over`; `threading` does not know the `raw` ones."""

    def __init__(self, work: Callable[[Spinner], None], raw: bool = False) -> None:
        self.over = False
        self.count = 0
        self.began = threading.Event()
        self.ended = threading.Event()
        self._work = work
        if raw:
            self.ident = _thread.start_new_thread(self._run, ())
        else:
            thread = threading.Thread(target=self._run, daemon=True)
            thread.start()
            assert thread.ident is not None
            self.ident = thread.ident
        wait(self.began)

    def end(self) -> None:
        self.over = True
        wait(self.ended)

    def _run(self) -> None:
        self.began.set()
        self._work(self)
        self.ended.set()


def wait(event: threading.Event) -> None:
    assert event.wait(PATIENCE), "waited in vain"
