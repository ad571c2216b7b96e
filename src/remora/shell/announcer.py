"""Tells what happens without having been asked for: output, results from the background, waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..printable import printable
from . import text as texts

if TYPE_CHECKING:
    from .prompt import Body, Finished
    from .questions import Questions
    from .screen import Screen


class Announcer:
    """A `prompt.Listener` that writes to a screen."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        #: Set once there is somebody to ask.
        self.questions: Questions
        #: The numbers of what goes on in the background.
        self.jobs: set[int] = set()
        #: Those whose end was told before their beginning was.
        self._ended: set[int] = set()

    def wrote(self, category: str, text: str) -> None:
        self._screen.write_raw(category, text)

    def finished(self, job: Finished) -> None:
        if job.job not in self.jobs:
            self._ended.add(job.job)
        self.jobs.discard(job.job)
        self._screen.show(texts.finished(job, self._screen.style))

    def begun(self, job: int) -> None:
        """Something goes on in the background."""
        if job in self._ended:
            return
        self.jobs.add(job)
        self._screen.note(texts.begun(job))

    def waits(self, reason: str) -> None:
        self._screen.warn(f"{printable(reason)} Ctrl-C takes it back.")

    def wants_input(self) -> None:
        self.questions.ask()

    def program_wrote(self, body: Body) -> None:
        """The DAP event `output`, of which only what the program itself writes is told."""
        category = body.get("category", "console")
        if "remoraPrompt" not in body and category != "telemetry":
            self._screen.write_raw(category, body["output"])
