"""What a word that is being typed may become."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """`text` in place of the last `replaces` characters before the cursor."""

    text: str
    replaces: int
    meta: str = ""
