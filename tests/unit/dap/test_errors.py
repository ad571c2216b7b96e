"""The catalogue of errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from remora.dap import errors
from remora.dap.errors import RequestError

SAMPLES: dict[str, Any] = {
    "str": "some text",
    "int": 5,
    "int | None": 5,
    "bool": True,
    "float": 2.5,
    "list[str]": ["a.py", "b.py"],
    "BaseException": ValueError("x"),
}

CONSTRUCTORS = {
    name: function
    for name, function in vars(errors).items()
    if inspect.isfunction(function) and not name.startswith("_")
}


#: That of a prompt is the error of an evaluation, with more about it for programs.
SAME_NUMBER = {"failed_at_prompt": {"traceback", "exitStatus"}}


def sample(constructor: Callable[..., RequestError]) -> RequestError:
    parameters = inspect.signature(constructor).parameters.values()
    return constructor(*(SAMPLES[parameter.annotation] for parameter in parameters))


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_each_error_has_a_whole_text(name: str) -> None:
    error = sample(CONSTRUCTORS[name])
    assert "{" not in error.text
    assert error.body()["error"]["format"] == error.template
    assert all(isinstance(value, str) for value in error.variables.values())
    shown = error.variables.keys() - SAME_NUMBER.get(name, set())
    assert all("{" + variable + "}" in error.template for variable in shown)


def test_numbers_are_unique() -> None:
    numbers = [sample(CONSTRUCTORS[name]).id for name in CONSTRUCTORS if name not in SAME_NUMBER]
    assert len(numbers) == len(set(numbers))


def test_words_that_dap_has() -> None:
    words = {
        name: error.message
        for name in CONSTRUCTORS
        if (error := sample(CONSTRUCTORS[name])).message != error.text
    }
    assert words == {"not_stopped": "notStopped", "cancelled": "cancelled"}


def test_braces_in_values_mean_nothing() -> None:
    error = errors.evaluation_failed("KeyError: '{command} {exception}'")
    assert error.text == "KeyError: '{command} {exception}'"
    assert error.body()["error"] == {
        "id": 1401,
        "format": "{exception}",
        "variables": {"exception": "KeyError: '{command} {exception}'"},
        "showUser": False,
    }


def test_unknown_variable_stays() -> None:
    assert RequestError(1, "a {b} {c", {"c": "x"}).text == "a {b} {c"
