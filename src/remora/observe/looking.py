"""What whoever asks for a picture says, and what he is told if there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class CannotLook(Exception):
    """There is no picture: one sentence that says why, and what to do."""


@dataclass(frozen=True)
class Wish:
    """What is to be in the picture, and how it may be taken."""

    locals: bool = False
    native: bool = False
    pause: bool = False
    #: The program of a core file, if it is not where it was.
    executable: Path | None = None
    #: Seconds.
    time_limit: float = 10.0
