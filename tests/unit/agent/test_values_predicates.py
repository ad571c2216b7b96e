"""Conditions of breakpoints."""

# ruff: noqa: F841 (the variables are those that the evaluated text sees)

from __future__ import annotations

from remora.agent.expressions.evaluation import condition
from tests.values.expect import here, raised

LIMIT = 10


def test_locals_globals_and_builtins():
    n, flag = 3, True
    frame = here()
    for text, expected in (
        ("n == -1", False),
        ("n == 3 and flag", True),
        ("n < LIMIT", True),
        ("len([n]) == 1", True),
        ("not flag or n", 3),
        (" n", 3),
        ("any(i == n for i in range(5))", True),
        ("(lambda k: k + n)(1)", 4),
        ("(m := n + 1)", 4),
    ):
        assert condition(text, frame.f_code)(frame) == expected, text
        assert condition(text)(frame) == expected, text


def test_it_reads_the_frame_each_time():
    counted = []

    def count():
        for i in range(4):  # noqa: B007
            counted.append(check(here()))

    check = condition("i > 1 and counted is not None", count.__code__)
    count()
    assert counted == [False, False, True, True]


def test_free_variables_and_cells():
    outer = 5

    def inner():
        return outer, here()

    frame = inner()[1]
    assert condition("outer == 5", frame.f_code)(frame) is True
    assert condition("outer == 5", here().f_code)(here()) is True


def test_unbound_variables_raise_what_python_raises():
    frame = here()
    if not frame:
        later = 1
        print(later)
    raised(NameError, condition("later == 1", frame.f_code), frame)


def test_key_errors_of_the_program_are_its_own():
    d = {}
    frame = here()
    assert raised(KeyError, condition("d['x']", frame.f_code), frame).args == ("x",)
    assert raised(KeyError, condition("d['x'] < LIMIT", frame.f_code), frame).args == ("x",)


def test_one_code_object_in_two_namespaces():
    source = "def f():\n    local = 1\n    return here()"
    frames = []
    for number in (1, 2):
        namespace = {"here": here, "number": number}
        exec(compile(source, "x", "exec").replace(co_name="same"), namespace)
        frames.append(namespace["f"]())
    first, second = frames
    check = condition("number == 2", first.f_code)
    assert [check(first), check(second), check(first)] == [False, True, False]


def test_class_and_module_bodies():
    class Body:
        x = 1
        frame = here()
        found = condition("x == 1", frame.f_code)(frame)
        nested = condition("[x for _ in range(1)] == [1]", frame.f_code)(frame)

    assert Body.found and Body.nested
    namespace = {"here": here, "x": 4}
    exec("frame = here()", namespace)
    frame = namespace["frame"]
    assert condition("x == 4", frame.f_code)(frame)
    assert condition("[x for _ in range(1)] == [4]", frame.f_code)(frame)


def test_what_is_no_expression():
    raised(SyntaxError, condition, "x = 1")
    raised(SyntaxError, condition, "")
