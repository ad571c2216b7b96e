"""The options of configurations: checked, translated, told when they do nothing, and described."""

from __future__ import annotations

from typing import Any

import pytest

from remora.dap.errors import RequestError
from remora.gateway.ide.option_table import OPTIONS
from remora.gateway.ide.options import settle, without_effect
from tests.support.ide import Ide
from tools import gen_options


def test_the_page_is_fresh() -> None:
    written = gen_options.TARGET.read_text(encoding="utf-8")
    assert written == gen_options.page(), "stale: run python tools/gen_options.py"


@pytest.mark.parametrize(
    ("command", "options", "settled"),
    [
        ("launch", {"program": "a", "pythonPath": "py"}, {"python": "py"}),
        ("launch", {"program": "a", "python": "p", "pythonPath": "py"}, {"python": "p"}),
        ("launch", {"program": "a", "args": None, "cwd": None}, {"args": None, "cwd": None}),
        ("launch", {"program": "a"}, {"console": "internalConsole"}),
        ("launch", {"code": ["a", "b"], "debugOptions": ["Sudo", "Other"]}, {"sudo": True, "Other": None}),
        ("attach", {"host": "h", "port": 5}, {"connect": {"host": "h", "port": 5}}),
        ("attach", {"port": "5", "processId": 3}, {"connect": None}),
        ("attach", {"processId": 3, "program": 7, "unknown": object}, {"processId": 3, "unknown": object}),
    ],
)
def test_what_is_made_of_options(command: str, options: dict[str, Any], settled: dict[str, Any]) -> None:
    found = settle(command, options)
    assert {name: found.get(name) for name in settled} == settled


WRONG: dict[str, list[Any]] = {
    "program": [1, "", "a\0b"],
    "args": [{}, [None], 1],
    "python": [[], "", [1]],
    "env": [[], {"a": []}, {"a=b": "c"}, {"": "c"}, {"a": True}, {"a": "\0"}],
    "console": ["terminal", 1],
    "noDebug": ["false", 0],
    "pathMappings": [{}, [{}], [{"localRoot": "a"}], [{"localRoot": "a", "remoteRoot": None}]],
    "onTerminate": ["Kill", 1],
    "subProcess": ["all", [1]],
    "justMyCode": [1],
}
WRONG_OF_ATTACH: dict[str, list[Any]] = {
    "processId": [-1, 0, "x", True, 1 << 40, 1.5],
    "connect": [{}, {"port": "x"}, {"port": 70000}, {"port": 1, "host": 1}, 4711],
    "listen": [[], {"port": True}],
}


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [("launch", name, value) for name, values in WRONG.items() for value in values]
    + [("attach", name, value) for name, values in WRONG_OF_ATTACH.items() for value in values],
)
def test_wrong_values_are_named(command: str, name: str, value: Any) -> None:
    base = {"program": "a"} if command == "launch" else {"processId": 1}
    with pytest.raises(RequestError) as raised:
        settle(command, {**base, name: value})
    assert raised.value.id == 1003
    assert f": {name} must be " in raised.value.text


def test_options_without_effect_are_told_of() -> None:
    options = {"program": "a", "django": True, "jinja": False, "gevent": True, "unknown": 1}
    assert list(without_effect("launch", options)) == [
        "'django' has no effect: there are no breakpoints in templates.",
        "'gevent' has no effect: greenlets are debugged as parts of their thread.",
    ]
    with Ide() as ide:
        ide.launch({"code": "pass", "django": True})
        told = ide.client.wait_event("output", lambda body: body["category"] == "console")
        assert told["output"].startswith("'django' has no effect")
        ide.disconnect()


def test_every_option_is_in_the_table_once() -> None:
    names = [option.name for option in OPTIONS]
    assert len(names) == len(set(names))
