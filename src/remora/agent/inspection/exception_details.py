"""Exceptions as DAP's `exceptionInfo` shows them.

Decides what is told of an exception and how a traceback is written; must not
know why the program stopped.  Runs on the thread in which it was raised.
"""

from __future__ import annotations

from ..isolate import library
from .frames import is_agent_code
from .presentation import class_name, describe_error, printable
from .static import FUNCTION, class_attribute, is_a, stored_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any, List, Mapping, Sequence, Tuple

    #: Frames and their lines, outermost first.
    Entries = List[Tuple[FrameType, int]]

#: More frames than the C stack of any thread has room for.
ALL_FRAMES = 1_000_000

_CHAIN = 20
_GROUP = 20
_ATOMS = frozenset((str, bytes, int, float, complex, bool, type(None)))


def exception_details(
    error: BaseException,
    *,
    evaluate_name: str | None = None,
    frames: int = 100,
    stack: Sequence[FrameType] = (),
) -> dict[str, Any]:
    """Return the body of the answer to `exceptionInfo` but for its `breakMode`.

    Stack traces show at most `frames` frames; `evaluate_name` is an
    expression that gives the exception, where there is one.  `stack` are the
    frames of its thread, top first: the trace is continued with those that it has
    not come to.  The outermost trace has in it, as Python prints them, those of the exceptions before it.
    """
    details = _details(error, evaluate_name, frames, set())
    details["stackTrace"] = _chained_text(error, frames, stack)
    return {
        "exceptionId": class_name(type(error), full=True),
        "description": message_of(error),
        "details": details,
    }


def message_of(error: BaseException) -> str:
    """Return what the exception says, without its type."""
    _, _, message = describe_error(error).partition(": ")
    return message


def message_without_code(error: BaseException) -> str:
    """Return what the exception says, or nothing if code of the program would have to be run for that."""
    arguments = _ARGUMENTS.__get__(error)
    if type(class_attribute(type(error), "__str__")) is FUNCTION or len(arguments) > _CHAIN:
        return ""
    return message_of(error) if all(type(each) in _ATOMS for each in arguments) else ""


def stack_text(
    error: BaseException,
    trace: TracebackType | None,
    *,
    frames: int = 100,
    sources: Mapping[str, str] | None = None,
    stack: Sequence[FrameType] = (),
) -> str:
    """Return a traceback as Python prints it, without frames of the agent.

    At most `frames` frames are shown, the innermost ones.  `sources` holds
    the text of files that exist nowhere else; `stack` is as of `exception_details`.
    """
    entries = _callers(trace, stack) + _entries(trace)
    lines = ["Traceback (most recent call last):"] if entries else []
    if len(entries) > frames:
        lines.append(f"  [{len(entries) - frames} outer frames are not shown]")
        entries = entries[-frames:]
    for entry in entries:
        lines += _entry_lines(entry, sources or {})
    lines += _syntax_lines(error)
    lines.append(describe_error(error))
    lines += notes_of(error)
    return "\n".join(lines)


def notes_of(error: BaseException) -> list[str]:
    """Return the notes added to an exception (PEP 678)."""
    notes = stored_attribute(error, "__notes__")
    return [printable(note) for note in notes if is_a(note, str)] if type(notes) is list else []


def cause_of(error: BaseException) -> BaseException | None:
    """Return the exception that a traceback would show before this one."""
    cause: BaseException | None = _CAUSE.__get__(error)
    if cause is not None or _SUPPRESS.__get__(error):
        return cause
    context: BaseException | None = _CONTEXT.__get__(error)
    return context


def members_of(error: BaseException) -> tuple[BaseException, ...]:
    """Return the exceptions of an exception group (PEP 654), or nothing."""
    descriptor = class_attribute(type(error), "exceptions")
    if not any(cls.__name__ == "BaseExceptionGroup" for cls in type.mro(type(error))):
        return ()
    found = descriptor.__get__(error)
    return found if type(found) is tuple else ()


def _details(error: BaseException, evaluate_name: str | None, frames: int, seen: set[int]) -> dict[str, Any]:
    seen.add(id(error))
    details: dict[str, Any] = {
        "message": "\n".join([message_of(error), *notes_of(error)]),
        "typeName": class_name(type(error)),
        "fullTypeName": class_name(type(error), full=True),
        "stackTrace": stack_text(error, _TRACEBACK.__get__(error), frames=frames),
    }
    if evaluate_name is not None:
        details["evaluateName"] = evaluate_name
    if len(seen) > _CHAIN:
        return details
    inner = [
        _details(each, name, frames, seen)
        for each, name in _inner(error, evaluate_name)
        if id(each) not in seen
    ]
    if inner:
        details["innerException"] = inner
    return details


def _inner(error: BaseException, name: str | None) -> list[tuple[BaseException, str | None]]:
    """Return the exceptions inside one, each with the expression by which it is reached."""
    found: list[tuple[BaseException, str | None]] = []
    cause = cause_of(error)
    if cause is not None:
        attribute = "__context__" if _CAUSE.__get__(error) is None else "__cause__"
        found.append((cause, name and f"{name}.{attribute}"))
    for index, member in enumerate(members_of(error)[:_GROUP]):
        found.append((member, name and f"{name}.exceptions[{index}]"))
    return found


def _chained_text(error: BaseException, frames: int, stack: Sequence[FrameType]) -> str:
    texts: list[str] = []
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen and len(seen) < _CHAIN:
        seen.add(id(step))
        trace = _TRACEBACK.__get__(step)
        texts.insert(0, stack_text(step, trace, frames=frames, stack=stack if step is error else ()))
        before = cause_of(step)
        if before is not None and id(before) not in seen:
            texts.insert(0, _CONNECTIONS[_CAUSE.__get__(step) is None])
        step = before
    return "\n\n".join(texts)


def _callers(trace: TracebackType | None, stack: Sequence[FrameType]) -> Entries:
    """The frames of `stack` that the exception has not come to."""
    frames = list(stack)
    if trace is None or trace.tb_frame not in frames:
        return []
    return [(each, each.f_lineno or 0) for each in reversed(frames[frames.index(trace.tb_frame) + 1 :])]


def _entries(trace: TracebackType | None) -> Entries:
    entries: Entries = []
    while trace is not None:
        if not is_agent_code(trace.tb_frame.f_code):
            entries.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    return entries


def _entry_lines(entry: tuple[FrameType, int], sources: Mapping[str, str]) -> list[str]:
    frame, line = entry
    code = frame.f_code
    head = f'  File "{printable(code.co_filename)}", line {line}, in {printable(code.co_name)}'
    text = _source_line(frame, line, sources)
    return [head, f"    {text}"] if text else [head]


def _source_line(frame: FrameType, line: int, sources: Mapping[str, str]) -> str:
    filename = frame.f_code.co_filename
    if filename in sources:
        lines = sources[filename].splitlines()
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""
    linecache = library("linecache")

    return printable(linecache.getline(filename, line, frame.f_globals)).strip()


def _syntax_lines(error: BaseException) -> list[str]:
    """Return the line that a `SyntaxError` complains about, with a caret."""
    if not is_a(error, SyntaxError) or type(error.text) is not str:  # type: ignore[attr-defined]
        return []
    text, offset = error.text.rstrip("\n"), error.offset  # type: ignore[attr-defined]
    indent = len(text) - len(text.lstrip())
    lines = ["    " + text.lstrip()]
    if type(offset) is int and offset > indent:
        lines.append("    " + " " * (offset - 1 - indent) + "^")
    return lines


#: What Python writes between two exceptions: by `raise from`, and while the first was handled.
_CONNECTIONS = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)
_ARGUMENTS: Any = BaseException.__dict__["args"]
_CAUSE: Any = BaseException.__dict__["__cause__"]
_CONTEXT: Any = BaseException.__dict__["__context__"]
_SUPPRESS: Any = BaseException.__dict__["__suppress_context__"]
_TRACEBACK: Any = BaseException.__dict__["__traceback__"]
