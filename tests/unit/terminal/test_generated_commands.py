"""The page of commands is as the commands' own help says."""

from __future__ import annotations

from tools import gen_commands


def test_the_page_is_fresh() -> None:
    written = gen_commands.TARGET.read_text(encoding="utf-8")
    assert written == gen_commands.page(), "stale: run python tools/gen_commands.py"
