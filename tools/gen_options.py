"""Writes docs/reference/dap-options.md from the table of the options of `launch` and `attach`.

python tools/gen_options.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from remora.gateway.ide.option_table import OPTIONS, Option

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "dap-options.md"
INTRODUCTION = """\
# Options of launch and attach

<!-- Written by tools/gen_options.py from the table of options. Do not edit. -->

These are the attributes of a configuration in an editor that starts [`remora dap`](../usage/dap.md).
They have the names and meanings that they have for debugpy.
Others are ignored; `null` is as if the option were not there.

| option | of | value | default | meaning |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole text of the page."""
    without_effect = [option for option in OPTIONS if option.missing]
    parts = [INTRODUCTION, *map(_row, OPTIONS), "\n## Without effect\n\n", *_missing(without_effect)]
    return "".join(parts)


def _row(option: Option) -> str:
    requests = ", ".join(option.requests)
    meaning = option.meaning + (" ([not yet](#without-effect))" if option.missing else "")
    return f"| `{option.name}` | {requests} | {option.kind.words} | {option.default} | {meaning} |\n"


def _missing(options: list[Option]) -> Iterator[str]:
    yield "A configuration may have these options, and is told in the debug console that they do nothing.\n\n"
    for option in options:
        yield f"- `{option.name}`: {option.missing}.\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
