"""Scopes, variables, setting and paging."""

# ruff: noqa: F841 (the variables are those that are looked at)

from __future__ import annotations

import collections
import sys

from remora.agent.expressions.evaluation import EvaluationError, evaluate
from remora.agent.handles import Handles
from remora.agent.inspection.child import Grouping
from remora.agent.inspection.children import PAGE
from remora.agent.inspection.format import Format
from remora.agent.variables import VariableStore
from tests.values.expect import here, raised
from tests.values.speed import costs_at_most

OWNER = "thread 1"
SOMETHING = 1


class Parent:
    __slots__ = ("empty", "slot")


class Thing(Parent):
    shared = "shared"
    runs = 0

    def __init__(self):
        self.first = 1
        self._second = 2
        self.slot = 3

    @property
    def computed(self):
        Thing.runs += 1
        return self.first * 10

    @property
    def broken(self):
        raise ValueError("broken")

    def method(self):
        pass


class Look:
    """What a client sees of a frame or value."""

    def __init__(self, frame=None, returned=None, **options):
        self.store = VariableStore(Handles())
        self.form = Format(grouping=Grouping(options or None))
        self.frame = frame
        self.found = self.store.scopes(OWNER, frame, returned, form=self.form) if frame is not None else []

    def scope(self, name):
        return next(each["variablesReference"] for each in self.found if each["name"] == name)

    def children(self, reference, *args):
        return {each["name"]: each for each in self.store.variables(reference, *args)}

    def of(self, value, expression="v", *args):
        body = self.store.describe(OWNER, value, frame=self.frame, evaluate_name=expression, form=self.form)
        return self.children(body["variablesReference"], *args)


def test_scopes_of_a_function():
    outer = 1

    def inner(a, *rest):
        b = outer
        return here()

    look = Look(inner(5, 6), (99,))
    assert [each["name"] for each in look.found] == ["Locals", "Return value", "Closure", "Globals"]
    assert [each["expensive"] for each in look.found] == [False, False, False, True]
    locals_ = look.children(look.scope("Locals"))
    assert {name: each["value"] for name, each in locals_.items()} == {"a": "5", "rest": "(6,)", "b": "1"}
    assert list(look.children(look.scope("Closure"))) == ["outer"]
    assert look.children(look.scope("Return value"))["(return)"]["value"] == "99"
    assert look.children(look.scope("Globals"))["SOMETHING"]["evaluateName"] == "SOMETHING"


def test_arguments_on_request():
    def function(a, *rest, key=1, **more):
        b = 1
        return here()

    store = VariableStore(Handles())
    scopes = store.scopes(OWNER, function(1), arguments=True)
    names = {
        each["name"]: [v["name"] for v in store.variables(each["variablesReference"])] for each in scopes[:2]
    }
    assert names == {"Arguments": ["a", "key", "rest", "more"], "Locals": ["b"]}


def test_module_and_class_bodies():
    namespace = {"here": here}
    exec("x = 1\ndef f(): pass\nframe = here()", namespace)
    look = Look(namespace["frame"])
    children = look.children(look.scope("Locals"))
    assert children["x"]["value"] == "1"
    assert "function variables" in children

    class Body:
        attribute = 1
        look = Look(here())
        reference = look.scope("Locals")
        look.store.set_variable(reference, "attribute", "attribute + 1")

    assert Body.attribute == 2


def test_the_iterator_of_a_comprehension():
    generator = (here() for _ in range(1))
    look = Look(next(generator))
    children = look.children(look.scope("Locals"))
    assert list(children) == ["_", ".0"]
    assert "evaluateName" not in children[".0"]
    assert children[".0"]["presentationHint"] == {"visibility": "internal", "attributes": ["readOnly"]}


def test_variables_of_an_inlined_comprehension():
    total = 3
    frames = [here() for each in range(1) if total]
    look = Look(frames[0])
    assert "total" in {**look.children(look.scope("Locals")), **_closure(look)}


def _closure(look):
    closures = [each["variablesReference"] for each in look.found if each["name"] == "Closure"]
    return look.children(closures[0]) if closures else {}


def test_expressions_give_the_children():
    v = {"a": [1, (2, {3: "x"})], (1, "b"): Thing(), b"k": collections.deque([5]), None: {"q'\"": 1}}
    frame, look = here(), Look(here())
    seen = 0
    todo = [look.store.describe(OWNER, v, frame=frame, evaluate_name="v")["variablesReference"]]
    while todo:
        for each in look.store.variables(todo.pop()):
            name = each.get("evaluateName", "")
            hint = each.get("presentationHint", {})
            if hint.get("kind") in ("virtual", "method") or name.count(".") > 2 or "__" in name:
                continue
            assert name, each
            if not hint.get("lazy"):
                value = evaluate(frame, name, "watch").value
                assert type(value).__name__ == each["type"]
            seen += 1
            if each["variablesReference"] and not hint.get("lazy"):
                todo.append(each["variablesReference"])
    assert seen > 10
    assert look.of([1], "a + b")["0"]["evaluateName"] == "(a + b)[0]"
    assert look.of([1], "x = 1")["0"].get("evaluateName") is None


def test_keys_without_a_literal():
    v = {Thing(): 1, float("nan"): 2, "a" * 5000: 3}
    children = Look(here(), all="hide").of(v)
    assert len(children) == 4
    for each in children.values():
        assert str(evaluate(here(), each["evaluateName"], "watch").value) == each["value"]


def test_attributes_of_an_object():
    look = Look(here())
    children = look.of(Thing())
    assert list(children)[:2] == ["special variables", "function variables"]
    assert {name: children[name]["value"] for name in ("first", "_second", "slot", "shared")} == {
        "first": "1",
        "_second": "2",
        "slot": "3",
        "shared": "'shared'",
    }
    assert "empty" not in children
    functions = look.children(children["function variables"]["variablesReference"])
    assert functions["method"]["evaluateName"] == "v.method"


def test_properties_are_lazy():
    look = Look(here())
    Thing.runs = 0
    children = look.of(Thing())
    lazy = children["computed"]
    assert lazy["presentationHint"]["lazy"] is True
    assert Thing.runs == 0
    (read,) = look.store.variables(lazy["variablesReference"])
    assert (read["name"], read["value"], read["evaluateName"]) == ("computed", "10", "v.computed")
    assert Thing.runs == 1
    (failed,) = look.store.variables(children["broken"]["variablesReference"])
    assert (failed["name"], failed["value"]) == ("broken (raised)", "ValueError('broken')")


def test_groups_can_be_hidden_or_inline():
    look = Look(here(), special="hide", function="inline", protected="hide")
    children = look.of(Thing())
    assert "method" in children and "special variables" not in children
    assert "__init__" not in children and "_second" not in children


def test_pages():
    look = Look(here())
    numbers = list(range(10_000_000))
    body = look.store.describe(OWNER, numbers)
    assert (body["indexedVariables"], body["namedVariables"]) == (10_000_000, 3)

    def a_page(start):
        return look.store.variables(body["variablesReference"], start, 5, "indexed")

    page = a_page(9_999_990)
    assert costs_at_most(5, lambda: a_page(0), lambda: a_page(9_999_990))
    assert [each["name"] for each in page] == [str(n) for n in range(9_999_990, 9_999_995)]
    named = look.store.variables(body["variablesReference"], None, None, "named")
    assert [each["name"] for each in named] == ["special variables", "function variables", "len()"]
    everything = look.store.variables(body["variablesReference"])
    assert [everything[place]["name"] for place in (0, 1, -1)] == [each["name"] for each in named]
    assert len(everything) == PAGE + 4
    more = look.store.variables(everything[-2]["variablesReference"])
    assert more[0]["name"] == str(PAGE) and more[0]["value"] == str(PAGE)
    assert len(look.store.variables(body["variablesReference"], 9_999_998, 10)) == 2


def test_the_length_and_what_is_hidden_of_containers():
    numbers = {10: [1, 255]}
    look = Look(here(), all="hide")
    children = look.of(numbers, "numbers")
    assert list(children) == ["10", "len()"]
    assert children["len()"]["evaluateName"] == "len(numbers)"
    assert children["len()"]["presentationHint"] == {"attributes": ["readOnly"]}
    look = Look(here())
    children = look.of(numbers, "numbers")
    assert list(children) == ["special variables", "function variables", "10", "len()"]
    functions = look.children(children["function variables"]["variablesReference"])
    assert functions["get"]["evaluateName"] == "numbers.get" and "__len__" not in functions


def test_hexadecimal_names():
    look = Look(here())
    table = {10: [1, 255]}
    form = Format(hexadecimal=True, grouping=Grouping({"all": "hide"}))
    body = look.store.describe(OWNER, table, evaluate_name="table", form=form)
    pairs, length = look.store.variables(body["variablesReference"], form=form)
    assert (pairs["name"], pairs["evaluateName"], length["value"]) == ("0xa", "table[10]", "0x1")
    items = look.store.variables(pairs["variablesReference"], form=form)
    assert [each["name"] for each in items] == ["0x0", "0x1", "len()"]
    look.store.set_variable(pairs["variablesReference"], "0x1", "2", form)
    assert table == {10: [1, 2]}


def test_texts_are_marked():
    text, number = "a", 1
    assert text and number
    look = Look(here())
    children = look.children(look.scope("Locals"))
    assert children["text"]["presentationHint"] == {"attributes": ["rawString"]}
    assert "presentationHint" not in children["number"]
    assert look.store.describe(OWNER, "a")["presentationHint"] == {"attributes": ["rawString"]}


def test_pages_of_dictionaries_and_sets():
    look = Look(here())
    names = list(look.of({n: -n for n in range(100)}, "v", 50, 2))
    assert names == ["50", "51"]
    assert [each["value"] for each in look.of(set(range(10)), "v", 3, 2).values()] == ["3", "4"]
    assert list(Look(here(), all="hide").of({1: 2}.keys())) == ["0", "len()"]
    assert [each["value"] for each in Look(here(), all="hide").of(b"ab").values()] == ["97", "98", "2"]


def test_named_tuples_and_subclasses():
    point = collections.namedtuple("Point", "x y")(1, 2)
    look = Look(here())
    children = look.of(point)
    assert children["x"]["evaluateName"] == "v.x"

    class Noted(dict):
        pass

    noted = Noted(a=1)
    noted.note = "n"
    children = look.of(noted)
    assert children["'a'"]["value"] == "1" and children["note"]["value"] == "'n'"
    body = look.store.describe(OWNER, noted)
    assert body["indexedVariables"] == 1 and body["namedVariables"] > 0


def test_exceptions():
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise ValueError("outer", 1) from error
    except ValueError as error:
        found = error
    children = Look(here()).of(found)
    assert children["args"]["value"] == "('outer', 1)"
    assert children["cause"]["evaluateName"] == "v.__cause__"


def test_atoms_have_no_children():
    look = Look(here())
    for value in (1, "text", 1.5, None, True, 2j):
        assert look.store.describe(OWNER, value)["variablesReference"] == 0


class Hostile:
    def __getattribute__(self, name):
        raise ValueError(name)

    __class__ = property(lambda self: 1 / 0)
    __dict__ = property(lambda self: 1 / 0)


class Liar(dict):  # type: ignore[type-arg]
    __slots__ = ()
    keys = items = __len__ = __iter__ = __getitem__ = property(lambda self: 1 / 0)


def test_hostile_values():
    look = Look(here())
    for value in (Hostile(), Hostile, Liar(a=1), [Liar()], type("M", (type,), {"__mro__": 3})("C", (), {})):
        body = look.store.describe(OWNER, value, evaluate_name="v")
        look.store.variables(body["variablesReference"])
    assert look.of(Liar(a=1))["'a'"]["value"] == "1"


def test_set_variable():
    x, items, thing = 1, [1, {"k": 2}], Thing()
    look = Look(here())
    reference = look.scope("Locals")
    assert look.store.set_variable(reference, "x", "x + 4")["value"] == "5"
    assert x == 5
    children = look.children(reference)
    inside = children["items"]["variablesReference"]
    look.store.set_variable(inside, "0", "x * 2")
    assert items[0] == 10
    entry = look.children(inside)["1"]["variablesReference"]
    body = look.store.set_variable(entry, "'k'", "[x]")
    assert items[1] == {"k": [5]} and body["indexedVariables"] == 1
    attributes = children["thing"]["variablesReference"]
    look.store.set_variable(attributes, "first", "7")
    look.store.set_variable(attributes, "slot", "8")
    assert (thing.first, thing.slot) == (7, 8)
    error = raised(EvaluationError, look.store.set_variable, attributes, "computed", "1")
    assert "AttributeError" in error.message
    raised(EvaluationError, look.store.set_variable, reference, "nothing", "1")
    raised(EvaluationError, look.store.set_variable, reference, "x", "1 / 0")


def test_set_global_and_read_only():
    look = Look(here())
    look.store.set_variable(look.scope("Globals"), "SOMETHING", "SOMETHING + 1")
    assert globals()["SOMETHING"] == 2
    globals()["SOMETHING"] = 1
    body = look.store.describe(OWNER, (1, 2))
    error = raised(EvaluationError, look.store.set_variable, body["variablesReference"], "0", "1")
    assert error.message == "0 cannot be set"


def test_release():
    look = Look(here())
    reference = look.scope("Locals")
    assert look.store.owner(reference) == OWNER
    look.store.release(OWNER)
    raised(KeyError, look.store.variables, reference)
    raised(KeyError, look.store.owner, 10**6)


def test_clipboard_is_whole():
    look = Look(here())
    assert len(look.store.describe(OWNER, "a" * 5000, form=Format(whole=True))["result"]) == 5002
    assert look.store.describe(OWNER, 255, form=Format(hexadecimal=True))["result"] == "0xff"


def test_modules():
    children = Look(here()).of(sys, "sys")
    assert children["maxsize"]["evaluateName"] == "sys.maxsize"
