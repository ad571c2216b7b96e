"""All prompts that are open, and whose they are.  Reader thread."""

from __future__ import annotations

import sys

from ...dap import errors
from .namespace import Namespace
from .prompt import Prompt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..output import Output


class Prompts:
    """Prompts by their numbers."""

    def __init__(self, output: Output, own_threads: set[int]) -> None:
        self._output = output
        self._own_threads = own_threads
        self._open: dict[int, Prompt] = {}
        self._last = 0
        self._texts = 0

    def open(self, client: Client, arguments: dict[str, Any]) -> Prompt:
        """A new prompt.  Raises `errors.RequestError`."""
        module = arguments.get("namespace") or "__main__"
        if getattr(sys.modules.get(module), "__dict__", None) is None:
            raise errors.no_such_module(module)
        self._last += 1
        prompt = Prompt(
            self._last, client, Namespace(module), self._output, self._own_threads, self._next_name
        )
        self._open[prompt.number] = prompt
        return prompt

    def of(self, client: Client, number: int) -> Prompt:
        """The prompt of this number.  Raises `errors.RequestError` if the client has none such."""
        prompt = self._open.get(number)
        if prompt is None or prompt.client is not client:
            raise errors.no_such_prompt(number)
        return prompt

    def close(self, prompt: Prompt) -> None:
        del self._open[prompt.number]
        prompt.close()

    def drop(self, client: Client) -> None:
        """The client has gone."""
        for prompt in [each for each in self._open.values() if each.client is client]:
            self.close(prompt)

    def stop(self) -> None:
        """The session ends."""
        for prompt in list(self._open.values()):
            self.close(prompt)

    def _next_name(self) -> str:
        # One count for all: the names are told apart by the whole program.
        self._texts += 1
        return "<prompt %d>" % self._texts
