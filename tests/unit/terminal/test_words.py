"""What a typed line is: a command with its arguments, or Python."""

from __future__ import annotations

import pytest

import remora.terminal.commands  # noqa: F401  (fills the table)
from remora.terminal.registry import COMMANDS, TOPICS, AmbiguousWord, CommandTable
from remora.terminal.script import join_statements, split_pasted
from remora.terminal.words import Call, Statement, is_incomplete, parse, split_commands


def name_of(text: str) -> str:
    parsed = parse(text, COMMANDS)
    if not isinstance(parsed, Call):
        return f"python {parsed.text}"
    return f"{parsed.command.name}{parsed.suffix}({parsed.arguments})"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("n", "next()"),
        ("next 3", "next(3)"),
        ("n = 5", "python n = 5"),
        ("n += 1", "python n += 1"),
        ("n == 5", "python n == 5"),
        ("n.real", "python n.real"),
        ("list(x)", "python list(x)"),
        ("list -", "list(-)"),
        ("list ,9", "list(,9)"),
        ("frame -1", "frame(-1)"),
        ("x in y", "python x in y"),
        ("c is None", "python c is None"),
        ("x total", "examine(total)"),
        ("p -x", "p(-x)"),
        ("p [1, 2]", "p([1, 2])"),
        ("p (1, 2)", "p((1, 2))"),
        ("p *args", "p(*args)"),
        ("n * 2", "python n * 2"),
        ("n/2", "python n/2"),
        ("b if n > 3", "break(if n > 3)"),
        ("back 3", "backtrace(3)"),
        ("backtr 3", "backtrace(3)"),
        ("conti", "continue()"),
        ("kill!", "kill!()"),
        ("q!", "quit!()"),
        ("step+", "step+()"),
        ("s+ 3", "step+(3)"),
        ("s + 3", "python s + 3"),
        ("s+3", "python s+3"),
        ("next- 2", "next-(2)"),
        ("frame- 2", "python frame- 2"),
        ("eval?", "eval?()"),
        ("eval? x == 1", "eval?(x == 1)"),
        ("p/x total", "p(/x total)"),
        ("p/x", "python p/x"),
        ("p /x total", "p(/x total)"),
        ("p / x", "python p / x"),
        ("? step", "help(step)"),
        ("!n", "python n"),
        ("!  x = 1", "python x = 1"),
        ("total", "python total"),
        ("for i in y: pass", "python for i in y: pass"),
        ("return", "finish()"),
        ("del x", "python del x"),
        ("res", "python res"),
        ("restart", "restart()"),
        ("fork both", "fork(both)"),
        ("try: f()", "python try: f()"),
        ("until 12", "until(12)"),
    ],
)
def test_meaning(text: str, meaning: str) -> None:
    assert name_of(text) == meaning


def test_an_ambiguous_beginning_says_what_it_may_be() -> None:
    with pytest.raises(AmbiguousWord, match=r"'con' may mean con[a-z]+ or con[a-z]+"):
        parse("con", COMMANDS)


@pytest.mark.parametrize(
    ("word", "topic"), [("th", "threads"), ("b", "breakpoints"), ("loc", "locals"), ("ta", "tasks")]
)
def test_topics_have_unique_prefixes(word: str, topic: str) -> None:
    found = TOPICS.find(word)
    assert found is not None and found.name == topic


def test_a_table_refuses_a_word_that_is_taken() -> None:
    table = CommandTable()

    async def run(context: object, arguments: str) -> None:
        """Do nothing."""

    table.command("one", "o", category="support")(run)
    with pytest.raises(AssertionError):
        table.command("other", "o", category="support")(run)


def test_every_command_has_help_of_one_sentence_first() -> None:
    for command in [*COMMANDS, *TOPICS]:
        assert command.summary.endswith((".", ".  `info` alone lists what there is to ask.")), command.name


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("n ;; s ;; bt", ["n", "s", "bt"]),
        ("p 'a ;; b' ;; n", ["p 'a ;; b'", "n"]),
        ("p it's ;; n", ["p it's", "n"]),
        ("x;;y", ["x;;y"]),
        ("", [""]),
    ],
)
def test_split_commands(line: str, parts: list[str]) -> None:
    assert split_commands(line) == parts


@pytest.mark.parametrize(
    ("text", "incomplete"),
    [
        ("for i in x:", True),
        ("f(1,", True),
        ("x = '''", True),
        ("x = 1", False),
        ("for i in x: pass\n", False),
        ("x =", False),
    ],
)
def test_is_incomplete(text: str, incomplete: bool) -> None:
    assert is_incomplete(text) is incomplete


def test_statements_of_a_script_are_joined() -> None:
    lines = ["break 3", "for i in x:", "    print(i)", "", "continue", "", "# note", "f(1,", "2)"]
    assert join_statements(lines) == [
        "break 3",
        "for i in x:\n    print(i)\n",
        "continue",
        "# note",
        "f(1,\n2)",
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("n", ["n"]),
        ("n\nn\nbt", ["n", "n", "bt"]),
        ("def f():\n    return 1\nf()", ["def f():\n    return 1\nf()"]),
    ],
)
def test_pasted_lines_are_commands_or_one_block(text: str, pieces: list[str]) -> None:
    assert split_pasted(text) == pieces


def test_a_statement_keeps_its_text() -> None:
    assert parse("def f():\n  return 1", COMMANDS) == Statement("def f():\n  return 1")
