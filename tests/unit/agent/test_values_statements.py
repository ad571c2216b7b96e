"""Which lines make up one statement."""

from __future__ import annotations

from remora.agent.statements import Statements

TEXT = """\
a = f(
    1,
    lambda: 2,
)
for x in (1,
          2):
    y = [
        x
    ]
    z = 1
@decorated(
    1
)
def g(a,
      b):
    return (a +
            b)
try:
    pass
except (KeyError,
        ValueError):
    pass
"""


def test_statements_and_headers():
    statements = Statements()
    expected = {
        1: (1, 5),
        3: (1, 5),
        5: (5, 7),
        6: (5, 7),
        8: (7, 10),
        10: (10, 11),
        12: (11, 16),
        15: (11, 16),
        17: (16, 18),
        18: (18, 19),
        21: (20, 22),
        22: (22, 23),
        99: (99, 100),
    }
    for line, (first, after) in expected.items():
        assert statements.around(TEXT, line) == range(first, after), line


def test_a_text_that_is_no_python():
    assert Statements().around("a b c (", 1) == range(1, 2)
