"""Completions."""

# ruff: noqa: F841 (the variables are those that are completed)

from __future__ import annotations

import sys

from remora.agent.expressions.completions import completions
from tests.values.expect import here


class Thing:
    kind = 1
    calls = 0

    def __init__(self):
        self.inner = self
        self.value = [1]

    @property
    def computed(self):
        Thing.calls += 1

    def __getattr__(self, name):
        Thing.calls += 1
        raise AttributeError(name)

    def __dir__(self):
        Thing.calls += 1
        return []


def labels(frame, text, column=None):
    return [each["label"] for each in completions(frame, text, len(text) + 1 if column is None else column)]


def test_names():
    alpha, alphabet = 1, 2
    frame = here()
    assert labels(frame, "alp") == ["alpha", "alphabet"]
    assert labels(frame, "1 + alp") == ["alpha", "alphabet"]
    assert "isinstance" in labels(frame, "isin")
    assert "import" in labels(frame, "imp")
    assert "Thing" in labels(frame, "")
    (item,) = completions(frame, "x = alphab + 1", 11)
    assert item == {"label": "alphabet", "type": "field", "start": 4, "length": 6}


def test_attributes_without_running_anything():
    thing = {"t": Thing()}
    frame = here()
    text = "print(thing['t'].inner.inner.va"
    assert completions(frame, text, len(text) + 1) == [
        {"label": "value", "type": "field", "start": len(text) - 2, "length": 2}
    ]
    found = {each["label"]: each["type"] for each in completions(frame, "thing['t'].", 12)}
    assert found["computed"] == "property" and found["kind"] == "field"
    assert labels(frame, "thing['t'].computed.") == []
    assert labels(frame, "nope.") == []
    assert "append" in labels(frame, "thing['t'].value.app")
    assert "join" in labels(frame, "','.jo")
    assert Thing.calls == 0


def test_keys():
    d = {"alpha": 1, "beta": 2, 12: 3, Thing: 4}
    frame = here()
    assert labels(frame, "d['al") == ["'alpha'"]
    assert labels(frame, 'd["') == ['"alpha"', '"beta"']
    assert labels(frame, "d[1") == ["12"]
    assert labels(frame, "d[") == ["'alpha'", "'beta'", "12"]


def test_imports():
    frame = here()
    assert "sys" in labels(frame, "import sy")
    assert "path" in labels(frame, "import os.pa")
    assert "maxsize" in labels(frame, "from sys import maxs")
    assert labels(frame, "from sys ") == ["import"]


def test_units_and_lines():
    alpha = 1
    frame = here()
    text = "'\U0001f600' + alp"
    (item,) = completions(frame, text, len(text) + 2)
    assert (item["start"], item["length"]) == (7, 3)
    (item,) = completions(frame, "x = 1\nalp", 4, 2)
    assert item["start"] == 6


def test_without_a_frame():
    sys.modules["__main__"].__dict__["remora_test_name"] = 1
    try:
        assert labels(None, "remora_test_n") == ["remora_test_name"]
    finally:
        del sys.modules["__main__"].__dict__["remora_test_name"]


def test_columns_out_of_range():
    assert isinstance(completions(here(), "a", 100, 50), list)
    assert isinstance(completions(here(), "a", -3, -3), list)
