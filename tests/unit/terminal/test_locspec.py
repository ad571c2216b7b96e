"""Locations: what the syntax means, and that each location writes itself back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.terminal.locspec import (
    BadLocation,
    Function,
    Here,
    Instruction,
    Line,
    Location,
    Offset,
    Range,
    Value,
    parse_location,
    parse_range,
    split_condition,
)

lines = st.integers(min_value=1, max_value=10**7)
names = st.from_regex(r"[a-z_][a-z_0-9]{0,8}(\.[a-z_][a-z0-9]{0,8}){0,2}", fullmatch=True)
files = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1).map(lambda text: f"a/{text}.py")
locations: st.SearchStrategy[Location] = st.one_of(
    st.builds(Here),
    st.builds(Line, lines),
    st.builds(Line, lines, files),
    st.builds(Offset, st.integers(-9999, 9999)),
    st.builds(Function, names),
    st.builds(Function, names, names),
)


@given(locations)
def test_a_location_reads_back_what_it_writes(location: Location) -> None:
    assert parse_location(str(location)) == location


@given(st.text())
def test_any_text_is_a_location_or_a_sentence(text: str) -> None:
    try:
        parse_location(text)
    except BadLocation as error:
        assert str(error)


@given(locations, st.from_regex(r"[a-z]+ [<>] [0-9]+", fullmatch=True))
def test_a_condition_is_cut_off(location: Location, condition: str) -> None:
    place, found = split_condition(f"{location} if {condition}")
    assert (parse_location(place), found) == (location, condition)


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("", Here()),
        (".", Here()),
        ("12", Line(12)),
        ("app.py:12", Line(12, "app.py")),
        ("/srv/a b/c:d.py:3", Line(3, "/srv/a b/c:d.py")),
        ("+3", Offset(3)),
        ("-3", Offset(-3)),
        ("handle", Function("handle")),
        ("handle()", Function("handle")),
        ("Server.handle", Function("Server.handle")),
        ("outer.<locals>.inner", Function("outer.<locals>.inner")),
        ("json.decoder:loads", Function("loads", "json.decoder")),
        ("*12", Instruction(12)),
        ("handle():*12", Instruction(12, "handle")),
        ("self.handle:*0", Instruction(0, "self.handle")),
        ("self.parts[0]()", Value("self.parts[0]")),
        ('"/srv/a, b.py":3', Line(3, "/srv/a, b.py")),
        ("app.py:handle", Function("handle", "app.py")),
    ],
)
def test_location(text: str, location: Location) -> None:
    assert parse_location(text) == location


@pytest.mark.parametrize("text", ["0", "app.py:0", "a b", "f(1)", "x[0]", "12x", ":"])
def test_no_location(text: str) -> None:
    with pytest.raises(BadLocation):
        parse_location(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12 if x > 3", ("12", "x > 3")),
        ("if x", ("", "x")),
        ("12 if(x)", ("12", "(x)")),
        ("12, x > 3", ("12", "x > 3")),
        ("f if a if b else c", ("f", "a if b else c")),
        ("notify", ("notify", None)),
    ],
)
def test_split_condition(text: str, parts: tuple[str, str | None]) -> None:
    assert split_condition(text) == parts


@pytest.mark.parametrize("text", ["if", "12 if"])
def test_a_condition_must_not_be_empty(text: str) -> None:
    with pytest.raises(BadLocation, match="must follow 'if'"):
        split_condition(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Range(None)),
        ("12", Range(Line(12))),
        ("3,9", Range(Line(3), last=9)),
        (",9", Range(None, last=9)),
        ("3,+4", Range(Line(3), count=5)),
        ("app.py:3, 9", Range(Line(3, "app.py"), last=9)),
        ("handle", Range(Function("handle"))),
    ],
)
def test_range(text: str, expected: Range) -> None:
    assert parse_range(text) == expected


@pytest.mark.parametrize("text", [",", "3,x", "3,0"])
def test_no_range(text: str) -> None:
    with pytest.raises(BadLocation):
        parse_range(text)
