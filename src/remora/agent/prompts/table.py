"""All prompts that are open, and whose they are.  Reader thread, but for contexts: any."""

from __future__ import annotations

import sys

from ...dap import errors
from .input import ClientInput
from .namespace import Namespace
from .place import Place
from .prompt import Prompt
from .stand_ins import StandIns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from ..clients import Client
    from ..debugger import Debugger
    from ..output import Taker
    from ..threads import DebuggeeThread


class Prompts:
    """Prompts by their numbers."""

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self._open: dict[int, Prompt] = {}
        self._last = 0
        self._texts = 0
        #: A context variable with the number of a prompt, once asyncio is there.
        self._variable: Any = None
        self._stand_ins = StandIns(self._number_here)
        debugger.output.diverted_here = self._taker_of_context

    def open(self, client: Client, arguments: dict[str, Any]) -> Prompt:
        """A new prompt.  Raises `errors.RequestError`."""
        module = arguments.get("namespace") or "__main__"
        if getattr(sys.modules.get(module), "__dict__", None) is None:
            raise errors.no_such_module(module)
        number = self._last + 1
        place = Place(self._debugger, client, number)
        self._move(place, arguments)
        self._last = number
        own_threads = self._debugger.tracer.own_threads()
        prompt = Prompt(
            number, client, Namespace(module), place, own_threads, self._next_name, self._new_context
        )
        if arguments.get("input"):
            prompt.input = ClientInput(lambda: prompt.event("remora/inputWanted", {}))
        self._stand_ins.offer(number, arguments.get("arguments"), prompt.input)
        self._open[number] = prompt
        return prompt

    def of(self, client: Client, number: int) -> Prompt:
        """The prompt of this number.  Raises `errors.RequestError` if the client has none such."""
        prompt = self._open.get(number)
        if prompt is None or prompt.client is not client:
            raise errors.no_such_prompt(number)
        return prompt

    def move(self, prompt: Prompt, arguments: dict[str, Any]) -> None:
        """Have what is typed there from now on run where `arguments` say.  Raises `errors.RequestError`."""
        self._move(prompt.place, arguments)

    def close(self, prompt: Prompt) -> None:
        del self._open[prompt.number]
        prompt.close()
        self._stand_ins.withdraw(prompt.number)

    def drop(self, client: Client) -> None:
        """The client has gone."""
        for prompt in [each for each in self._open.values() if each.client is client]:
            self.close(prompt)

    def stop(self) -> None:
        """The session ends."""
        for prompt in list(self._open.values()):
            self.close(prompt)

    def leave_child(self) -> None:
        """In a forked child, which has its own streams: a thread of a prompt ends when it is done there."""
        for prompt in self._open.values():
            self._stand_ins.withdraw(prompt.number)
            prompt.place.stop()

    def look(self, now: float) -> bool:
        """See what was written, and has ended in the background; False if there is nothing to look at."""
        pending = False
        for prompt in list(self._open.values()):
            prompt.place.spool.flush()
            pending = prompt.background.look(now) or prompt.place.spool.has_more() or pending
        return pending

    def _move(self, place: Place, arguments: dict[str, Any]) -> None:
        place.move(in_loop=arguments.get("place") == "loop", chosen=self._chosen_thread(arguments))

    def _chosen_thread(self, arguments: dict[str, Any]) -> Optional[DebuggeeThread]:
        number, place, threads = arguments.get("threadId"), arguments.get("place"), self._debugger.threads
        if place == "thread" and number is None:
            return threads.main()
        if place not in ("thread", "loop") or number is None:
            return None
        chosen = threads.by_id(number)
        if chosen is None:
            raise errors.no_such_thread(number)
        return chosen

    def _next_name(self) -> str:
        # One count for all: the names are told apart by the whole program.
        self._texts += 1
        return "<prompt %d>" % self._texts

    def _new_context(self, number: int) -> Any:
        contextvars: Any = sys.modules["contextvars"]
        if self._variable is None:
            self._variable = contextvars.ContextVar("prompt")
        context = contextvars.copy_context()
        context.run(self._variable.set, number)
        return context

    def _taker_of_context(self) -> Optional[Taker]:
        number = self._variable.get(None) if self._variable is not None else None
        prompt = self._open.get(number) if number is not None else None
        return prompt.place.taker if prompt is not None else None

    def _number_here(self) -> Optional[int]:
        taker = self._debugger.output.taker()
        return taker[2] if taker is not None else None
