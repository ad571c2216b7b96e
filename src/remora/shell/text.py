"""What a shell shows, as text.  Pure."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from ..printable import printable
from ..terminal.style import Style

if TYPE_CHECKING:
    from ..dap import types
    from .prompt import EvaluationFailed, Finished, Prompt

_FRAME = re.compile(r'(\s*)File "(?P<file>[^"]*)", line (?P<line>\d+)(?:, in (?P<function>.*))?$')
_MARKS = re.compile(r"\s*[\^~]+\s*$")
#: What asyncio says on a thread that has no running loop.
_NO_LOOP = ("no running event loop", "There is no current event loop")
#: Between two tracebacks of a chain.
_LINKS = (
    "During handling of the above exception",
    "The above exception was the direct cause",
    "Traceback (most recent call last)",
)


def banner(prompt: Prompt, process: types.ProcessEventBody | None, style: Style) -> str:
    """What is said of a prompt when it opens; `process` is what the program has said of itself."""
    pid = f" ({process['systemProcessId']})" if process is not None and "systemProcessId" in process else ""
    begins = f"Python {prompt.version} in {_name(process)}{pid}"
    keys = "obj? explains, %help tells more, Ctrl-C interrupts, Ctrl-D leaves"
    names = f"names of {printable(prompt.namespace)}"
    return f"{style('title', begins)}, {names}, {place(prompt)}\n{style('faint', keys)}"


def _name(process: types.ProcessEventBody | None) -> str:
    """The program without its interpreter, and without the folder that it is in."""
    words = process["name"].split() if process is not None else []
    if len(words) > 1 and words[0].rpartition("/")[2].startswith("python"):
        del words[0]
        while len(words) > 1 and words[0].startswith("-") and words[0] not in ("-m", "-c"):
            del words[0]
    if not words:
        return "the program"
    first, *rest = words
    name = " ".join([first.rpartition("/")[2] or first, *rest])
    return _shortened(printable(name), 30)


def place(prompt: Prompt) -> str:
    """Where what is typed there runs."""
    if prompt.thread is not None:
        return f"on thread {printable(prompt.thread)}"
    if prompt.place == "loop":
        return "in its event loop"
    return "on a thread of its own" if prompt.loop is None else "'await' in its event loop"


def result(text: str, style: Style) -> str:
    """A value."""
    return "\n".join(style.source(printable(text).split("\n")))


def failure(failed: EvaluationFailed, style: Style) -> str:
    """Why something failed: its traceback if there is one."""
    if failed.was_cancelled:
        return style("error", "interrupted")
    if not failed.traceback:
        return style("error", printable(failed.text))
    return traceback(failed.traceback, style)


def advice(failed: EvaluationFailed, prompt: Prompt) -> str:
    """What a person does not see from the failure itself; "" if that says all."""
    if failed.exit_status is not None:
        return "The program goes on; Ctrl-D leaves."
    if prompt.loop is not None and any(said in failed.text for said in _NO_LOOP):
        return "In the program's event loop runs what awaits, and what you type after '%loop'."
    return ""


def traceback(text: str, style: Style) -> str:
    """A traceback as Python writes it, with its places and its source in colours."""
    return "\n".join(_traceback_line(line, style) for line in printable(text).rstrip("\n").split("\n"))


def _traceback_line(line: str, style: Style) -> str:
    match = _FRAME.match(line)
    if match is not None:
        function = f", in {style('function', match['function'])}" if match["function"] else ""
        place = f'File "{style("file", match["file"])}", line {style("line", match["line"])}'
        return f"{match[1]}{place}{function}"
    if _MARKS.match(line):
        return style("error", line)
    if line.startswith("    "):
        return style.source([line])[0]
    if line.startswith(_LINKS):
        return style("faint", line)
    return style("error", line)


def finished(job: Finished, style: Style) -> str:
    """The end of something in the background."""
    mark = style("line", f"[{job.job}]")
    what = style("faint", _shortened(printable(job.what)))
    if job.error is not None:
        told = traceback(job.traceback, style) if job.traceback else style("error", printable(job.error))
        return f"{mark} {what}\n{told}"
    return f"{mark} {what} {style('faint', '->')} {result(job.result or 'None', style)}"


def begun(job: int) -> str:
    """That something goes on in the background."""
    return f"[{job}] goes on; its result is shown when it comes"


def description(body: dict[str, Any], style: Style) -> str:
    """What `obj?` shows: its kind, its signature, its words, and where it is from; its source for `obj??`."""
    name = printable(body.get("name") or "")
    call = printable(name.rpartition(".")[2] + body["signature"]) if "signature" in body else ""
    headings = [
        ("type", printable(body.get("type", ""))),
        ("name", name),
        ("call", style.source([call])[0]),
        ("from", _origin(body, style)),
    ]
    lines = [f"{style('name', f'{heading}:')} {text}" for heading, text in headings if text]
    if body.get("text"):
        source = textwrap.dedent(printable(body["text"])).rstrip("\n")
        return "\n".join([*lines, *style.source(source.split("\n"))])
    doc = printable(body.get("doc") or "").strip("\n")
    return "\n".join([*lines, doc] if doc else lines)


def _origin(body: dict[str, Any], style: Style) -> str:
    source = body.get("source")
    if not source:
        return ""
    path = printable(source.get("path") or source.get("name") or "")
    line = body.get("line")
    return style("file", path) + (f":{style('line', str(line))}" if line else "")


def _shortened(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
