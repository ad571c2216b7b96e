"""Requests at Python prompts: open, move, close, and what others do there that have `remoraPrompt`."""

from __future__ import annotations

import sys

from ...dap import errors
from ..inspection.definition import definition_of
from ..isolate import library
from ..jobs import start_worker
from .inspection import VALUE_LIMIT
from .registry import Later, Pending, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..clients import Client
    from ..debugger import Debugger
    from ..jobs import Job
    from ..prompts.prompt import Prompt
    from ..prompts.table import Prompts


@request("remora/openPrompt", at_prompts=True)
def open_prompt(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    prompt = _prompts(debugger).open(client, arguments)
    debugger.output.lend(client)
    return {
        "promptId": prompt.number,
        "version": sys.version.partition(" ")[0],
        "namespace": prompt.namespace.name,
        **_whereabouts(prompt),
    }


@request("remora/movePrompt", at_prompts=True)
def move_prompt(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    prompts = _prompts(debugger)
    prompt = prompts.of(client, arguments["promptId"])
    prompts.move(prompt, arguments)
    return _whereabouts(prompt)


@request("remora/closePrompt", at_prompts=True)
def close_prompt(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    prompts = _prompts(debugger)
    prompts.close(prompts.of(client, arguments["promptId"]))


@request("remora/input", at_prompts=True)
def give_input(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    prompt = _prompts(debugger).of(client, arguments["promptId"])
    if prompt.input is None:
        raise errors.no_input_wanted(prompt.number)
    prompt.input.give(arguments["text"], arguments.get("end", False))


def _whereabouts(prompt: Prompt) -> dict[str, Any]:
    place, loop = prompt.place, prompt.place.loop_of_program()
    thread = {"thread": place.chosen.name} if place.chosen is not None else {}
    return {**thread, "loop": loop.kind} if loop is not None else thread


def evaluate_at(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """`evaluate` with `remoraPrompt`."""
    prompt = _prompt(debugger, client, arguments)
    from ..prompts.entry import Entry

    # The program may have other streams by now.
    debugger.output.lend(client)
    return Pending(Entry(prompt, arguments))


def complete_at(
    debugger: Debugger, client: Client, arguments: dict[str, Any], complete: Callable[..., Any]
) -> Any:
    """`completions` with `remoraPrompt`; `complete` finds them in a frame."""
    frame = _prompt(debugger, client, arguments).namespace.as_frame()
    return _aside(debugger, lambda: complete(frame), "completions")


def describe_at(
    debugger: Debugger, client: Client, arguments: dict[str, Any], told: Callable[..., Any]
) -> Any:
    """`remora/describe` with `remoraPrompt`; `told` makes the answer of a value and its definition."""
    prompt, expression = _prompt(debugger, client, arguments), arguments["expression"]
    from ..prompts.looking import look_at, source_text

    def work() -> Any:
        value = look_at(prompt.namespace, expression)
        body = told(value, definition_of(value, static=True))
        text = source_text(value, prompt.texts.by_name) if arguments.get("source") else ""
        return {**body, "text": text} if text else body

    return _aside(debugger, work, expression)


class _Aside:
    """In the place of a thread: has each job done by a thread of its own, beside what runs at the prompt."""

    def __init__(self, own_threads: set[int]) -> None:
        self._own_threads = own_threads

    def occupied(self) -> None:
        return None

    def submit(self, job: Job) -> None:
        start_worker(job, self._own_threads)


def _aside(debugger: Debugger, work: Callable[[], Any], what: str) -> Later:
    return Later(_Aside(debugger.tracer.own_threads()), work, limit=VALUE_LIMIT, what=what)


def _prompt(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Prompt:
    return _prompts(debugger).of(client, arguments["remoraPrompt"])


def _prompts(debugger: Debugger) -> Prompts:
    if debugger.prompts is None:
        # Most sessions have no prompt: the package comes with the first one.
        package = __name__.rpartition(".handlers")[0] + ".prompts."
        for name in ("table", "entry", "looking"):
            library(package + name)
        from ..prompts.table import Prompts

        debugger.prompts = Prompts(debugger)
    return debugger.prompts
