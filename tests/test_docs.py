"""The documents say everything that the code offers, and their links lead somewhere."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from remora import settings
from remora.cli import parser
from remora.inject import reasons
from tests.support.pythons import CHECKOUT

COMMAND_LINE = CHECKOUT / "docs" / "reference" / "command-line.md"
SETTINGS = CHECKOUT / "docs" / "reference" / "settings.md"
PROBLEMS = CHECKOUT / "docs" / "common-problems.md"
DOCUMENTS = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]

REASONS = [value for value in vars(reasons).values() if isinstance(value, reasons.Reason)]
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def sections(path: Path) -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^## (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def section(path: Path, beginning: str) -> str:
    found = [text for heading, text in sections(path).items() if heading.startswith(beginning)]
    assert len(found) == 1, f"{path.name} has {len(found)} headings that begin with {beginning!r}"
    return found[0]


def options_of(command: parser.Command) -> list[str]:
    bare = argparse.ArgumentParser(add_help=False)
    command.add_arguments(bare)
    return [option for action in bare._actions for option in action.option_strings]


@pytest.mark.parametrize("command", parser.COMMANDS, ids=lambda command: command.name)
def test_every_command_is_described_with_its_options(command: parser.Command) -> None:
    text = section(COMMAND_LINE, f"`remora {command.name}")
    assert [option for option in options_of(command) if f"`{option}" not in text] == []


@pytest.mark.parametrize("name", settings.TABLE)
def test_every_setting_is_described(name: str) -> None:
    row = next(line for line in SETTINGS.read_text().splitlines() if f"`--{name}`" in line)
    assert f"`{settings.TABLE[name].variable}`" in row


def test_every_environment_variable_is_described() -> None:
    read = variables_read_in("src")
    assert read >= {"NO_COLOR", "XDG_CACHE_HOME"}
    assert [name for name in sorted(read) if f"`{name}`" not in SETTINGS.read_text()] == []


def test_every_variable_of_the_tests_is_described() -> None:
    read = {name for name in variables_read_in("tests") if name.startswith("REMORA_")}
    assert "REMORA_PYTHONS" in read
    contributing = (CHECKOUT / "CONTRIBUTING.md").read_text()
    assert [name for name in sorted(read) if name not in contributing] == []


def variables_read_in(folder: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (CHECKOUT / folder).rglob("*.py"))
    return {name for text in texts for name in variables_read(text)}


def variables_read(text: str) -> Iterator[str]:
    """The names of environment variables that a module looks up."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(function) in ("os.environ.get", "os.getenv"):
                    yield name
            case ast.Subscript(value=owner, slice=ast.Constant(value=str(name))):
                if ast.unparse(owner) == "os.environ":
                    yield name


def test_variables_are_found_however_they_are_read() -> None:
    text = "import os\nos.environ['A']\nos.environ.get('B', 'x')\nos.getenv('C')\nother.get('D')\n"
    assert sorted(variables_read(text)) == ["A", "B", "C"]


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.name)
def test_every_refusal_is_explained(reason: reasons.Reason) -> None:
    text = sections(PROBLEMS)[reason.name]
    assert re.findall(r"^\*\*(\w+):\*\* \S", text, re.MULTILINE) == ["Symptoms", "Solution", "Reason"]


def test_no_refusal_is_explained_that_does_not_exist() -> None:
    one_word = {heading for heading in sections(PROBLEMS) if " " not in heading}
    assert one_word == {reason.name for reason in REASONS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_links_lead_somewhere(path: Path) -> None:
    targets: list[str] = _LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_page_is_in_the_table_of_contents() -> None:
    docs = CHECKOUT / "docs"
    pages = {str(path.relative_to(docs).with_suffix("")) for path in docs.rglob("*.md")}
    listed = set(re.findall(r"^[a-z-]+(?:/[a-z-]+)*$", (docs / "index.md").read_text(), re.MULTILINE))
    assert pages - {"index"} == listed
