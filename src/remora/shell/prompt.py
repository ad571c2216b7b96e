"""A prompt in a program, as its client sees it: the requests and events that belong to it.

Knows nothing of terminals; who is at the other end of it (a person, a script)
is its `Listener`.  Runs in the client's event loop.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..client import Client, RequestFailed

Body = dict[str, Any]
Place = Literal["own", "thread", "loop"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a prompt is opened with: see `remora/openPrompt` in the schema."""

    #: The module whose names are seen; None for `__main__`.
    namespace: str | None = None
    place: Place = "own"
    #: Of the place `thread`: which; None for the main thread.
    thread_id: int | None = None
    #: What `sys.argv` is there; None leaves the program's.
    arguments: tuple[str, ...] | None = None
    #: `sys.stdin` is ours there.
    takes_input: bool = False


@dataclass(frozen=True)
class Finished:
    """What has ended in the background."""

    job: int
    #: The text that was typed, or the name of the task.
    what: str
    #: None if it gave nothing, or failed.
    result: str | None = None
    #: Why it failed, in one line.
    error: str | None = None
    traceback: str = ""


@dataclass(frozen=True)
class Answer:
    """What an evaluation gave."""

    #: The value as text; "" for None.
    result: str
    #: The number of what goes on in the background.
    job: int | None = None
    #: The value as JSON text, if that was asked for.
    json: str | None = None


class EvaluationFailed(Exception):
    """What was typed has failed, or was interrupted; the text is one line."""

    def __init__(self, failure: RequestFailed) -> None:
        super().__init__(failure.text)
        self.text = failure.text
        variables = (failure.body.get("error") or {}).get("variables") or {}
        #: With source lines; "" if no code of the program has run.
        self.traceback: str = variables.get("traceback", "")
        status = variables.get("exitStatus")
        #: Of SystemExit; None for every other failure.
        self.exit_status: int | None = int(status) if status is not None else None
        self.was_cancelled: bool = failure.message == "cancelled"


class NoSuchThread(Exception):
    """No thread of the program, or not one alone, is called so; the text is a sentence for the user."""


class Listener(Protocol):
    """Who is told what a prompt has to say between its answers."""

    def wrote(self, category: str, text: str) -> None:
        """What runs there has written to `stdout` or `stderr`."""

    def finished(self, job: Finished) -> None:
        """Something in the background has ended."""

    def waits(self, reason: str) -> None:
        """What was typed has not begun; `reason` is a sentence."""

    def wants_input(self) -> None:
        """What runs there reads standard input: `Prompt.give_input` answers."""


class Prompt:
    """One prompt; `open` makes it."""

    def __init__(self, client: Client, listener: Listener, opened: Body, place: Place = "own") -> None:
        self._client = client
        self._listener = listener
        self._running: asyncio.Future[Body] | None = None
        self.id: int = opened["promptId"]
        #: Of Python, as in "3.12.1".
        self.version: str = opened["version"]
        #: The module whose names are seen.
        self.namespace: str = opened["namespace"]
        self._be(place, opened)
        for event, told in (
            ("output", self._on_output),
            ("remora/promptResult", self._on_result),
            ("remora/promptWaits", self._on_waits),
            ("remora/inputWanted", self._on_input_wanted),
        ):
            client.on(event, told)

    @classmethod
    async def open(cls, client: Client, listener: Listener, wanted: Wanted) -> Prompt:
        """Raises what `Client.request` raises."""
        return cls(client, listener, await client.request("remora/openPrompt", opening(wanted)), wanted.place)

    async def move(self, place: Place, thread: str = "main") -> None:
        """Have what is typed from now on run elsewhere; `thread` is for the place of that name.

        Raises `NoSuchThread`, and what `Client.request` raises.
        """
        number = await thread_number(self._client, thread) if place == "thread" else None
        arguments = {"promptId": self.id, **_whereabouts(place, number)}
        self._be(place, await self._client.request("remora/movePrompt", arguments))

    async def evaluate(
        self, text: str, *, width: int | None = None, as_json: bool = False, file: str | None = None
    ) -> Answer:
        """Run `text` to its end.  One at a time; `interrupt` ends it early.

        Raises `EvaluationFailed`, `Disconnected`.  A task that is cancelled here
        takes its text back from the program and does not wait for that.
        """
        running = self._send(text, remoraWidth=width, remoraJson=as_json or None, remoraFile=file)
        self._running = running
        try:
            return await _answer(running)
        except asyncio.CancelledError:
            self.interrupt()
            raise
        finally:
            self._running = None

    async def begin(self, text: str, *, width: int | None = None) -> int:
        """Start `text` in the background, under this number; `Listener.finished` tells the end."""
        answer = await _answer(self._send(text, remoraWidth=width, remoraBackground=True))
        assert answer.job is not None
        return answer.job

    @property
    def is_evaluating(self) -> bool:
        """Whether the answer of `evaluate` is waited for."""
        return self._running is not None and not self._running.done()

    def interrupt(self) -> bool:
        """Interrupt what is being evaluated, which fails then; False if nothing is."""
        if self._running is None or self._running.done():
            return False
        self._client.cancel(self._running)
        return True

    async def completions(self, text: str, line: int, column: int, *, timeout: float) -> list[Body]:
        """DAP `CompletionItem`s; `line` and `column` count from 1, `timeout` is in seconds."""
        arguments = {"text": text, "line": line, "column": column, "remoraPrompt": self.id}
        body = await self._client.request("completions", arguments, timeout=timeout)
        targets: list[Body] = body["targets"]
        return targets

    async def describe(self, expression: str, *, source: bool = False, timeout: float | None = None) -> Body:
        """What can be said of a value without running code: the body of `remora/describe`."""
        arguments = {"expression": expression, "remoraPrompt": self.id, "source": source}
        return await self._client.request("remora/describe", arguments, timeout=timeout)

    def give_input(self, text: str, *, end: bool = False) -> None:
        """Give what was typed, with its end of line; `end`: nothing comes after it.

        The answer is not waited for: before it comes the program may want more.
        """
        given = self._client.send("remora/input", {"promptId": self.id, "text": text, "end": end})
        given.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def aclose(self) -> None:
        """Close it; what it has begun in the background is cancelled."""
        await self._client.request("remora/closePrompt", {"promptId": self.id})

    def _be(self, place: Place, where: Body) -> None:
        #: Where what is typed runs.
        self.place = place
        #: The thread of the program that is used, if one is; the kind of its event loop, if one runs.
        self.thread: str | None = where.get("thread")
        self.loop: str | None = where.get("loop")

    def _send(self, text: str, **wanted: Any) -> asyncio.Future[Body]:
        chosen = {name: value for name, value in wanted.items() if value is not None}
        arguments = {"expression": text, "context": "repl", "remoraPrompt": self.id, **chosen}
        return self._client.send("evaluate", arguments)

    def _on_output(self, body: Body) -> None:
        if body.get("remoraPrompt") == self.id:
            self._listener.wrote(body.get("category", "stdout"), body["output"])

    def _on_result(self, body: Body) -> None:
        if body["promptId"] == self.id:
            error, traceback = body.get("error"), body.get("traceback", "")
            self._listener.finished(Finished(body["job"], body["what"], body.get("result"), error, traceback))

    def _on_waits(self, body: Body) -> None:
        if body["promptId"] == self.id:
            self._listener.waits(body["reason"])

    def _on_input_wanted(self, body: Body) -> None:
        if body["promptId"] == self.id:
            self._listener.wants_input()


def opening(wanted: Wanted) -> Body:
    """The arguments of `remora/openPrompt`."""
    arguments: Body = {**_whereabouts(wanted.place, wanted.thread_id), "input": wanted.takes_input}
    if wanted.namespace is not None:
        arguments["namespace"] = wanted.namespace
    if wanted.arguments is not None:
        arguments["arguments"] = list(wanted.arguments)
    return arguments


def _whereabouts(place: Place, thread_id: int | None) -> Body:
    return {"place": place} if thread_id is None else {"place": place, "threadId": thread_id}


async def _answer(running: asyncio.Future[Body]) -> Answer:
    try:
        # It is not cancelled with us: its number is needed to take it back.
        body = await asyncio.shield(running)
    except RequestFailed as failure:
        raise EvaluationFailed(failure) from None
    return Answer(body["result"], body.get("remoraJob"), body.get("remoraJson"))


async def thread_number(client: Client, called: str) -> int | None:
    """The number of the thread with this name or number, for `Wanted`; None for `main`.

    Raises `NoSuchThread`, and what `Client.request` raises.
    """
    if called == "main":
        return None
    threads = (await client.request("threads"))["threads"]
    found = [each["id"] for each in threads if called in (each["name"], str(each["id"]))]
    if len(found) == 1:
        return int(found[0])
    names = ", ".join(f"{each['id']} {each['name']}" for each in threads)
    reason = "several threads are" if found else "no thread is"
    raise NoSuchThread(f"{reason} called {called!r}; give a number: {names}")
