"""Errors of evaluated text, as a person is told them.

Decides what is shown of a traceback, and keeps an error from holding the
agent's frames alive.  Runs on the thread that evaluated.
"""

from __future__ import annotations

from ..inspection.exception_details import stack_text
from ..inspection.frames import is_agent_code
from ..inspection.locals import NotWritable
from ..inspection.presentation import describe_error
from .awaiting import NeedsEventLoop
from .lookup import NotHarmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType

#: The file name of evaluated text in tracebacks.
FILENAME = "<expression>"


class EvaluationError(Exception):
    """The text is wrong or raised an exception.

    `traceback_text` shows the program's part of the traceback; `exception` is
    the exception itself, its traceback freed of the agent's frames.
    """

    def __init__(
        self,
        message: str,
        exception: BaseException | None = None,
        traceback_text: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.exception = exception
        self.traceback_text = traceback_text or message


def evaluation_error(error: BaseException, text: str) -> EvaluationError:
    """Return what is told of `error`, which `text` raised or which its compilation raised."""
    trace = _without_agent(error.__traceback__)
    message = str(error) if isinstance(error, _OWN_ERRORS) else describe_error(error)
    full = stack_text(error, trace, sources={FILENAME: text})
    _free_variables(error.__traceback__)
    error.__traceback__ = _program_part(trace)
    return EvaluationError(message, error, full)


def _without_agent(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and is_agent_code(trace.tb_frame.f_code):
        trace = trace.tb_next
    return trace


def _program_part(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename == FILENAME:
        trace = trace.tb_next
    return trace


def _free_variables(trace: TracebackType | None) -> None:
    """Free the variables of our finished frames, which callers' frames would keep alive through `f_back`."""
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    for frame in frames[1:]:  # the first is `evaluate` itself, which still runs
        if is_agent_code(frame.f_code) or frame.f_code.co_filename == FILENAME:
            _clear_frame(frame)


def _clear_frame(frame: FrameType) -> None:
    try:
        frame.clear()
    except RuntimeError:  # it runs still: a generator of the text that the program holds
        return


#: Errors whose text says all.
_OWN_ERRORS = (NeedsEventLoop, NotHarmless, NotWritable)
