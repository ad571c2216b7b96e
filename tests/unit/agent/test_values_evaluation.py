"""Evaluation in frames of all kinds."""

# ruff: noqa: F841 (the variables are those that the evaluated text sees)

from __future__ import annotations

import gc
import sys
import weakref

from remora.agent.compat import LOCALS_WRITE_THROUGH
from remora.agent.expressions.evaluation import (
    FILENAME,
    EvaluationError,
    Interrupted,
    condition,
    dedent,
    evaluate,
    set_expression,
)
from remora.agent.expressions.mangling import class_of, mangled
from tests.values.expect import here, raised

OUTSIDE = "global"


def value(frame, text, context="repl"):
    return evaluate(frame, text, context).value


def test_expressions_and_statements():
    x = 5
    frame = here()
    assert value(frame, "x + 1") == 6
    assert value(frame, "x + 1\n") == 6
    assert value(frame, "    x + 1") == 6
    assert value(frame, "(x +\n 1)") == 6
    assert value(frame, "x +\n 1", "watch") == 6
    assert not evaluate(frame, "y = 1").has_value
    assert not evaluate(frame, "# nothing").has_value
    assert evaluate(frame, "None").has_value
    assert value(frame, "y = 3\ny * x") == 15
    assert value(frame, "OUTSIDE") == "global"


def test_assignment_reaches_the_frame():
    x, cell = 1, 1

    def inner():
        return cell

    value(here(), "x = 2; cell = 2")
    assert (x, cell, inner()) == (2, 2, 2)
    value(here(), "for x in range(4): pass")
    assert x == 3
    value(here(), "(x := 9)")
    assert x == 9
    value(here(), "x += 1; [cell for _ in range(2)]")
    assert x == 10
    set_expression(here(), "x", "x * 2")
    assert x == 20


def test_free_variables_are_assigned():
    x = 1

    def inner():
        value(here(), "x = 2")
        return x

    assert inner() == 2
    assert x == 2


def test_new_names_live_with_the_frame():
    frame = here()
    value(frame, "fresh = 1")
    assert value(frame, "fresh + 1") == 2
    value(frame, "def double(n): return n * fresh * 2")
    assert value(frame, "double(2)") == 4
    value(frame, "import math\nclass K: root = math.sqrt(4)")
    assert value(frame, "K.root") == 2.0
    assert "fresh" not in globals()


def test_nested_scopes_see_the_frame():
    x, xs = 2, [1, 2]
    frame = here()
    assert value(frame, "[i * x for i in xs]") == [2, 4]
    assert value(frame, "[x for x in xs]") == [1, 2]
    assert x == 2
    assert value(frame, "{i: x for i in xs}") == {1: 2, 2: 2}
    assert value(frame, "sum(x * j for i in xs for j in xs)") == 12
    assert value(frame, "(lambda y: x + y)(1)") == 3
    assert value(frame, "def f():\n  def g(): return x\n  return g()\nf()") == 2
    assert value(frame, "k = 3\n[k * i for i in xs]") == [3, 6]
    assert value(frame, "[(seen := i) for i in xs]; seen") == 2
    assert value(frame, "def h(): \n  nonlocal x\n  x = 7\nh()") is None
    assert x == 7
    assert value(frame, "[(lambda: OUTSIDE)() for _ in xs]", "watch") == ["global"] * 2


def test_nested_scopes_in_a_class_body():
    class Body:
        x = 2
        found = value(here(), "[x * i for i in range(2)]")
        made = value(here(), "z = [x]\nz")

    assert Body.found == [0, 2]
    assert Body.z == [2]


def test_module_frames():
    namespace = {"here": here}
    exec("frame = here()", namespace)
    frame = namespace["frame"]
    value(frame, "a = 1\ndef f(): return a")
    assert value(frame, "[f() for _ in range(2)]") == [1, 1]
    assert namespace["a"] == 1


def test_without_a_frame_it_is_main():
    main = sys.modules["__main__"].__dict__
    assert evaluate(None, "__name__").value == "__main__"
    evaluate(None, "remora_test_value = 3")
    assert main.pop("remora_test_value") == 3


def test_deletion():
    x = [1]
    frame = here()
    value(frame, "del x[0]")
    assert x == []
    value(frame, "fresh = 1")
    if LOCALS_WRITE_THROUGH:
        error = raised(EvaluationError, value, frame, "del x")
        assert error.message == "this version of Python cannot delete 'x' of a running function"
        return
    value(frame, "del x")
    raised(EvaluationError, value, frame, "x")
    assert raised(NameError, lambda: x)


def test_errors_show_only_the_users_lines():
    def fail(n):
        raise ValueError(n)

    error = raised(EvaluationError, value, here(), "y = 1\nfail(y)")
    assert error.message == "ValueError: 1"
    lines = error.traceback_text.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == f'  File "{FILENAME}", line 2, in <module>'
    assert lines[2] == "    fail(y)"
    assert lines[-1] == "ValueError: 1"
    assert "remora/agent" not in error.traceback_text
    assert error.exception.__traceback__.tb_frame.f_code.co_name == "fail"


def test_syntax_errors():
    for text in ("x = ", "return 1", "yield 1", "1 2", "def f(:", "a\0b", "(" * 500, "break"):
        error = raised(EvaluationError, value, here(), text)
        assert error.exception is not None, text
    raised(EvaluationError, value, here(), "x = 1", "watch")
    raised(EvaluationError, value, here(), "", "watch")
    raised(EvaluationError, value, here(), "await x", "watch")


def test_interruptions_pass_and_what_was_done_stays():
    x = 1

    def interrupt():
        raise Interrupted

    raised(Interrupted, value, here(), "x = 2\ninterrupt()")
    assert x == 2
    raised(EvaluationError, value, here(), "raise SystemExit(3)")
    raised(EvaluationError, value, here(), "raise KeyboardInterrupt")


def test_errors_keep_nothing_alive():
    class Thing:
        pass

    def work():
        thing = Thing()
        error = raised(EvaluationError, value, here(), "[1 / 0 for _ in [thing]]")
        return weakref.ref(thing), error.exception

    reference, exception = work()
    assert exception.args == ("division by zero",)
    gc.collect()
    assert reference() is None


def test_future_annotations_are_those_of_the_frame():
    frame = here()
    assert value(frame, "def f(a: nope): pass\nf.__annotations__") == {"a": "nope"}
    namespace = {"here": here}
    exec(compile("frame = here()", "x", "exec", 0, True), namespace)
    assert value(namespace["frame"], "def f(a: int): pass\nf.__annotations__") == {"a": int}


def test_extra_names():
    x = 1
    assert evaluate(here(), "[x + extra for _ in 'a']", "watch", {"extra": 2}).value == [3]
    assert x == 1


class Watched:
    kind = "class attribute"
    calls = 0

    def __init__(self):
        self.stored = [1, {"key": "found"}]

    @property
    def computed(self):
        Watched.calls += 1
        return 1

    def __getattr__(self, name):
        Watched.calls += 1
        return 2

    def method(self):
        return "method"


def test_hovering_runs_nothing():
    w, n = Watched(), 1
    frame = here()
    assert value(frame, "w.stored[1]['key']", "hover") == "found"
    assert value(frame, "w.stored[-2]", "hover") == 1
    assert value(frame, "w.stored[n]['key']", "hover") == "found"
    assert value(frame, "w.kind", "hover") == "class attribute"
    assert value(frame, "w.method", "hover")() == "method"
    assert value(frame, "sys.maxsize", "hover") == sys.maxsize
    for text in ("w.computed", "w.nothing", "w.method()", "n + 1", "[n]", "w['x']", "print", "nope"):
        if text == "print":
            assert value(frame, text, "hover") is print
        else:
            raised(EvaluationError, value, frame, text, "hover")
    assert Watched.calls == 0


def test_set_expression():
    d, w = {"a": [1]}, Watched()
    frame = here()
    assert set_expression(frame, "d['a'][0]", "5") == 5
    set_expression(frame, "w.stored", "d")
    assert w.stored == {"a": [5]}
    for target in ("1", "f()", "a = b", "x; y", "(yield)"):
        raised(EvaluationError, set_expression, frame, target, "1")
    set_expression(frame, "OUTSIDE", "'changed'")
    try:
        assert OUTSIDE == "changed"
    finally:
        set_expression(frame, "OUTSIDE", "'global'")


def test_awaiting_without_a_loop():
    async def quick():
        return 3

    assert value(here(), "await quick()") == 3
    assert value(here(), "[await quick() for _ in range(2)]") == [3, 3]
    assert value(here(), "r = await quick()\nr") == 3


def test_dedent():
    assert dedent("  a\n    b\n\n  c") == "a\n  b\n\nc\n"
    assert dedent("a\n b") == "a\n b\n"


class Private:
    __shared = "shared"

    def __init__(self):
        self.__own = 1

    def method(self):
        return here()


def test_private_names_of_the_method():
    frame = Private().method()
    assert value(frame, "self.__own") == 1
    assert value(frame, "[self.__own for _ in range(2)]") == [1, 1]
    assert value(frame, "self.__shared", "hover") == "shared"
    set_expression(frame, "self.__own", "5")
    assert value(frame, "self.__own; self._Private__own", "repl") == 5
    assert value(frame, "self.__class__.__name__") == "Private"
    assert condition("self.__own == 5", frame.f_code)(frame)
    assert class_of("f.<locals>.C.method.<locals>.g") == "C"
    assert class_of("C.method.<locals>.g") == "C"
    assert class_of("f.<locals>.g") is None and class_of("f") is None
    assert mangled("__x", "_C") == "_C__x" and mangled("__x__", "C") == "__x__"
