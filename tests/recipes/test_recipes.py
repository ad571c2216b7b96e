"""What holds for every recipe: its help, its arguments, and the text that is sent."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module

import pytest

from remora.shell import answers
from remora.shell.recipes import (
    Help,
    Misuse,
    arguments,
    defaults,
    names,
    parameter,
    parse,
    split,
    summary,
    usage,
)
from tools import gen_recipes

each_recipe = pytest.mark.parametrize("name", names())


def test_the_reference_is_up_to_date() -> None:
    written = gen_recipes.TARGET.read_text(encoding="utf-8")
    assert written == gen_recipes.page(), "stale: run python tools/gen_recipes.py"


@each_recipe
def test_every_recipe_has_help(name: str) -> None:
    assert 20 < len(summary(name)) <= 100
    assert summary(name).endswith(".")
    assert all(argument["help"] for argument in arguments(name))
    assert all(len(line) < 110 for line in usage(name).splitlines())


@each_recipe
def test_every_argument_is_a_parameter(name: str) -> None:
    parameters = inspect.signature(import_module(f"remora.recipes.{name}").collect).parameters
    assert [parameter(argument) for argument in arguments(name)] == list(parameters)
    for argument in arguments(name):
        default = defaults(name).get(parameter(argument))
        assert (default is False) == (argument.get("kind") == "flag")
        assert "choices" not in argument or default in (*argument["choices"], "")


@each_recipe
def test_the_text_is_one_expression(name: str) -> None:
    words = ["1"] if name == "referrers" else []
    ast.parse(parse(name, words).code(), mode="eval", feature_version=(3, 8))


@each_recipe
def test_every_recipe_has_words_for_people(name: str) -> None:
    assert answers.render(name, {"refusal": "not now"}) == "not now"
    assert name in answers.RENDERERS


def test_there_are_no_words_for_what_is_no_recipe() -> None:
    assert sorted(answers.RENDERERS) == names()


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["memory", "--top", "0"], "invalid count value: '0'"),
        (["memory", "--top", "many"], "invalid count value: 'many'"),
        (["memory", "--wait", "-1"], "invalid number of seconds value"),
        (["memory", "--sort", "name"], "invalid choice: 'name'"),
        (["gc", "explode"], "invalid choice: 'explode'"),
        (["gc", "collect", "more"], "unrecognized arguments: more"),
        (["referrers"], "the following arguments are required: object"),
        (["referrers", "a b"], "'a b' is no Python expression"),
    ],
)
def test_misuse_is_told(words: list[str], wrong: str) -> None:
    with pytest.raises(Misuse) as raised:
        parse(words[0], words[1:])
    assert wrong in str(raised.value)


def test_help_is_asked_for() -> None:
    with pytest.raises(Help) as raised:
        parse("memory", ["--help"])
    assert "--leaves" in str(raised.value)
    with pytest.raises(KeyError):
        parse("no_such", [])


def test_an_expression_is_evaluated_where_it_is_asked() -> None:
    question = parse("referrers", ["x  # with a remark", "--depth", "2"])
    tree = ast.parse(question.code(), mode="eval")
    assert isinstance(tree.body, ast.Call)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in tree.body.keywords}
    assert given == {"object": "x", "depth": "2"}


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("memory", "'my type' --top 3", ["my type", "--top", "3"]),
        (
            "referrers",
            "app.cache['a b'] --depth 3 --paths=2",
            ["app.cache['a b']", "--depth", "3", "--paths", "2"],
        ),
        ("referrers", 'x if y else "--depth 3"', ['x if y else "--depth 3"']),
        ("referrers", "--help", ["--help"]),
        ("referrers", "", []),
        ("no_such", "a b", ["a", "b"]),
    ],
)
def test_a_line_has_words(name: str, line: str, words: list[str]) -> None:
    assert split(name, line) == words
