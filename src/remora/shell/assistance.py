"""What helps while somebody types: candidates for the word at the cursor, and signatures.

Asks the program, in which nothing runs for that; what it has said holds until
the next evaluation (`forget`).  A request that fails helps nobody, and is no
error.  Runs in the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ..client import Disconnected, RequestFailed, RequestTimeout
from ..terminal.candidates import Candidate
from .calls import call_at, is_in_text, names_of_arguments
from .prompt import Prompt

#: Seconds after which the program need not answer any more.
_PATIENCE = 1.0
#: As many as the program tells at most.
_MOST = 1000
_FAILURES = (RequestFailed, RequestTimeout, Disconnected, KeyError)
#: Where candidates are shown without having been asked for: names of two letters or more, attributes, keys.
_WORTH_IT = re.compile(r"(?:\b[^\W\d]\w+|\b[^\W\d]\w*\.\w*|[\])'\"}]\.\w*|\w\[['\"]\w*)$")
_ORDER = re.compile(r"\s*%(\w*)$")


class Assistance:
    """For one prompt."""

    def __init__(self, prompt: Prompt, orders: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self._prompt = prompt
        #: Words after `%`, each with a summary.
        self._orders = orders
        #: What the program has said, by the text before the word; and the word that was typed then.
        self._said: tuple[str, str, list[Candidate]] | None = None
        self._signatures: dict[str, str] = {}

    def forget(self) -> None:
        """What was typed has run: everything may be different now."""
        self._said = None
        self._signatures.clear()

    async def complete(self, before: str, *, asked: bool) -> list[Candidate]:
        """What the end of `before` may become; `asked`: by a key, not while typing goes on."""
        order = _ORDER.match(before)
        if order is not None:
            typed = order[1]
            orders = ((name, what) for name, what in self._orders() if name.startswith(typed))
            return [Candidate(name, len(typed), what) for name, what in orders]
        if is_in_text(before) or not (asked or _WORTH_IT.search(before)):
            return []
        word = _word(before)
        beginning = before[: len(before) - len(word)]
        found = self._known(beginning, word)
        if found is None:
            found = await self._ask(before)
            self._said = (beginning, word, found)
        # Those with an underscore are shown to who types one, or if there are no others.
        public = [each for each in found if not each.text.startswith("_")]
        shown = found if word.startswith("_") or not public else public
        return [*await self._arguments(before, word), *shown]

    async def _arguments(self, before: str, word: str) -> list[Candidate]:
        """The parameters of the function in whose call an argument begins."""
        call = call_at(before)
        names = names_of_arguments(before, await self.signature(call.callee)) if call is not None else []
        typed = word.lower()
        return [
            Candidate(f"{name}=", len(word), "parameter") for name in names if name.lower().startswith(typed)
        ]

    def _known(self, beginning: str, word: str) -> list[Candidate] | None:
        """What can be told without asking again, because letters were added to the word."""
        if self._said is None or self._said[0] != beginning or not word.startswith(self._said[1]):
            return None
        if len(self._said[2]) >= _MOST:
            return None
        added = len(word) - len(self._said[1])
        typed = word.lower()
        return [
            Candidate(each.text, each.replaces + added, each.meta)
            for each in self._said[2]
            if each.text.lower().startswith(typed)
        ]

    async def _ask(self, before: str) -> list[Candidate]:
        line = before.count("\n") + 1
        column = len(before.rpartition("\n")[2].encode("utf-16-le", "surrogatepass")) // 2 + 1
        try:
            targets = await self._prompt.completions(before, line, column, timeout=_PATIENCE)
        except _FAILURES:
            return []
        return [_candidate(each, before) for each in targets]

    async def signature(self, callee: str) -> str:
        """How `callee` is called, "" if that is not known."""
        if callee not in self._signatures:
            try:
                body = await self._prompt.describe(callee, timeout=_PATIENCE)
            except _FAILURES:
                body = {}
            self._signatures[callee] = body.get("signature", "")
        return self._signatures[callee]


def _candidate(target: dict[str, Any], before: str) -> Candidate:
    replaces = target.get("length", len(_word(before)))
    return Candidate(target.get("text") or target["label"], replaces, target.get("type", ""))


def _word(before: str) -> str:
    match = re.search(r"\w*$", before)
    assert match is not None
    return match[0]
