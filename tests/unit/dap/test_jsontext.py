"""JSON by the accelerator, and by the package where there is none."""

from __future__ import annotations

import importlib.util
import json
import sys
from types import ModuleType
from typing import Any

import pytest

from remora.dap import jsontext


def without_accelerator() -> ModuleType:
    """The module as it is where `_json` cannot be imported."""
    spec = importlib.util.spec_from_file_location("remora.dap.jsontext_without", jsontext.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "_json", None)
        spec.loader.exec_module(module)
    return module


@pytest.fixture(params=[jsontext, without_accelerator()], ids=["accelerator", "package"])
def module(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_the_accelerator_is_there() -> None:
    """Otherwise the other tests would test the same thing twice."""
    assert type(vars(jsontext)["_scan"]).__module__ == "_json"
    assert vars(without_accelerator())["_chunks"].__self__.__class__ is json.JSONEncoder


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, 1e300, "", "é\ud800\U0001f600\x00", [], {}, {"a": [{"b": 1}]}]
)
def test_values_survive(module: Any, value: object) -> None:
    assert module.loads(module.dumps(value)) == value


def test_text_is_short_and_ascii(module: Any) -> None:
    assert module.dumps({"é": [1, None]}) == '{"\\u00e9":[1,null]}'


def test_space_around_is_no_matter(module: Any) -> None:
    assert module.loads("\r\n\t {} \n") == {}


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", "nul", '{"a" 1}', "NaN", "-Infinity", "1 2", '"\n"', "[" * 200_000]
)
def test_what_is_not_json(module: Any, text: str) -> None:
    with pytest.raises(module.NotJSON):
        module.loads(text)


@pytest.mark.parametrize(("value", "error"), [(float("inf"), ValueError), ({1, 2}, TypeError)])
def test_what_json_cannot_say(module: Any, value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        module.dumps(value)


def test_circle(module: Any) -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(RecursionError):
        module.dumps(circle)
