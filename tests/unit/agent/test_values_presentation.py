"""Values as text, with values that would rather not be shown."""

from __future__ import annotations

import collections
import dataclasses
import enum
import sys

from remora.agent.inspection.presentation import LIMIT, describe_error, render, type_name
from remora.agent.interruption import Interrupted
from tests.values.expect import raised
from tests.values.speed import costs_at_most


@dataclasses.dataclass
class Pair:
    left: object
    right: object
    hidden: int = dataclasses.field(default=0, repr=False)


@dataclasses.dataclass
class Spoken:
    left: int

    def __repr__(self):
        return "my own words"


class Colour(enum.Enum):
    RED = 1


class Hostile:
    def __repr__(self):
        raise ValueError("no")

    def __len__(self):
        raise ValueError("no")

    def __getattr__(self, name):
        raise ValueError("no")

    __class__ = property(lambda self: int)


class Loud(list):  # type: ignore[type-arg]
    def __iter__(self):
        raise AssertionError("iterated")

    def __len__(self):
        raise AssertionError("asked for its length")


class Meta(type):
    @property
    def __mro__(cls):
        raise AssertionError("asked the metaclass")

    def __eq__(cls, other):
        raise AssertionError("compared")

    __hash__ = type.__hash__


Odd = Meta("Odd", (), {})


def test_plain_values_look_as_in_python():
    values = [
        1,
        -7,
        1.5,
        2j,
        True,
        None,
        ...,
        "it's",
        b"x",
        bytearray(b"x"),
        [],
        [1],
        (),
        (1,),
        (1, 2),
        {},
        {"a": [1]},
        set(),
        {1},
        frozenset(),
        frozenset([1]),
        range(3),
        int,
        len,
        sys,
        Colour.RED,
        {}.keys(),
        {1: 2}.items(),
        collections.deque([1]),
        collections.namedtuple("Point", "x y")(1, 2),
        float("nan"),
        Pair(1, Pair(2, 3)),
        Spoken(1),
    ]
    for value in values:
        assert render(value) == repr(value)


def test_collections_are_shown_alike_in_all_versions():
    assert render(collections.OrderedDict(a=1)) == "OrderedDict({'a': 1})"
    assert render(collections.defaultdict(int, a=1)) == "defaultdict(<class 'int'>, {'a': 1})"
    assert render(collections.Counter("aab")) == "Counter({'a': 2, 'b': 1})"


def test_a_huge_list_costs_what_a_small_one_costs():
    small, huge = [0] * 1_000, [0] * 10_000_000
    text = render(huge)
    assert costs_at_most(3, lambda: render(small), lambda: render(huge))
    assert len(text) < LIMIT + 10
    assert text.endswith("\u2026]")


def test_whole_text_has_no_limit():
    assert render(list(range(5000)), limit=None) == repr(list(range(5000)))


def test_long_text_is_cut_and_closed():
    assert render("a" * 5000, limit=10) == "'aaaaaaaaa\u2026'"
    assert render([["a" * 5000]], limit=10) == "[['aaaaaaa\u2026']]"


def test_a_value_within_itself():
    inside = [1]
    inside.append(inside)
    assert render(inside) == "[1, [...]]"
    mapping = {}
    mapping["self"] = mapping
    assert render(mapping) == "{'self': {...}}"


def test_deep_nesting_ends():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert render(deep) == "[[[[[[\u2026]]]]]]"
    assert len(render(deep, limit=None)) > 100


def test_integers_of_many_digits():
    assert render(10**100_000).startswith("0x")
    assert len(render(-(10**100_000))) <= LIMIT + 2
    assert int(render(10**20_000, limit=None), 16) == 10**20_000


def test_hexadecimal_reaches_into_containers():
    assert render([255, {16: True}], hex=True) == "[0xff, {0x10: True}]"


def test_hostile_objects_are_harmless():
    text = render(Hostile())
    assert text.startswith("<") and text.endswith(": repr failed: ValueError: no>")
    assert render([Hostile()]).endswith("no>]")
    assert type_name(Hostile()) == "Hostile"


def test_overridden_iteration_is_not_used():
    assert render(Loud([1, 2])) == "[1, 2]"


def test_metaclasses_are_not_asked():
    assert render(Odd()).startswith("<")
    assert type_name(Odd()) == "Odd"


def test_a_repr_that_returns_something_else():
    class Wrong:
        def __repr__(self):
            return 3

    assert "repr failed: TypeError" in render(Wrong())


def test_endless_recursion_in_a_repr():
    class Endless:
        def __repr__(self):
            return repr(self)

    assert "repr failed: RecursionError" in render(Endless())


def test_a_repr_that_exits():
    class Exits:
        def __repr__(self):
            sys.exit(3)

    assert "repr failed: SystemExit: 3" in render(Exits())


def test_an_interruption_passes():
    class Slow:
        def __repr__(self):
            raise Interrupted

    raised(Interrupted, render, [Slow()])


def test_lone_surrogates_are_escaped():
    class Odd:
        def __repr__(self):
            return "\ud800"

    assert render(Odd()) == "\\ud800"
    assert render("\ud800") == "'\\ud800'"
    render("\ud800").encode("utf-8")


def test_bound_methods_do_not_show_all_of_their_object():
    class Big(list):
        def method(self):
            pass

    text = render(Big([0] * 1_000_000).method)
    assert "<bound method" in text and len(text) < LIMIT + 10


def test_errors_that_cannot_be_told():
    class Mute(Exception):
        def __str__(self):
            raise ValueError

    assert describe_error(Mute()) == (
        "test_errors_that_cannot_be_told.<locals>.Mute: <message unavailable: ValueError>"
    )
    assert describe_error(KeyError("a")) == "KeyError: 'a'"


class Thing:
    pass


def test_default_text_of_objects():
    thing = Thing()
    assert render(thing) == repr(thing)


def test_a_library_that_only_looks_like_numpy():
    import types

    fake = types.ModuleType("numpy")
    fake.ndarray = Thing
    before = sys.modules.get("numpy")
    sys.modules["numpy"] = fake
    try:
        assert render(Thing()).startswith("<")
    finally:
        if before is None:
            del sys.modules["numpy"]
        else:
            sys.modules["numpy"] = before
