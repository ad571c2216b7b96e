"""Log messages."""

# ruff: noqa: F841 (the variables are those that the evaluated text sees)

from __future__ import annotations

from remora.agent.expressions.evaluation import log_message
from tests.values.expect import here, raised


class Text(str):
    def __str__(self):
        raise ValueError("no")


def test_fields_are_those_of_f_strings():
    x, name, d = 3, "bob", {"a": [1]}
    frame = here()
    assert log_message("plain")(frame) == "plain"
    assert log_message("{x} {name} {d}")(frame) == "3 bob {'a': [1]}"
    assert log_message("{name!r:>6}|{x:03d}|{x=}|{ x + 1 }")(frame) == " 'bob'|003|x=3|4"
    assert log_message("{{{x}}} {d['a'][0]} {'}' + name} {x != 4}")(frame) == "{3} 1 }bob True"
    assert log_message("{[i * x for i in range(2)]}")(frame) == "[0, 3]"
    assert log_message("{len(name)}")(frame) == "3"


def test_errors_are_shown_in_place():
    x = Text()
    frame = here()
    assert log_message("a {nope} b")(frame) == "a <NameError: name 'nope' is not defined> b"
    assert log_message("{x}")(frame) == "<ValueError: no>"
    assert log_message("{1 / 0}")(frame) == "<ZeroDivisionError: division by zero>"


def test_templates_that_make_no_sense():
    for template in ("{", "}", "{}", "{a b}", "{x!q}", "a { b"):
        raised(SyntaxError, log_message, template)


def test_long_values_are_cut():
    x = "a" * 1_000_000
    assert len(log_message("{x}")(here())) < 11_000
