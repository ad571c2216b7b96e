"""What a prompt shows of a value: lines that fit, bounds, JSON, sources."""

from __future__ import annotations

import json

from tests.conftest import StartDebuggee
from tests.support.at_prompt import prompt_in
from tests.support.pythons import each_python

pytestmark = each_python

PROGRAM = "prompts_on_request.py"


def test_containers_are_shown_in_lines_that_fit(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        assert prompt.gives("{'a': [1, 2], 'b': (3,)}", remoraWidth=80) == "{'a': [1, 2], 'b': (3,)}"
        shown = prompt.gives(
            "{'key %d' % i: {'name': 'x' * 30, 'of': [i] * 5} for i in range(3)}", remoraWidth=50
        )
        assert shown.splitlines()[:5] == [
            "{",
            "    'key 0': {",
            "        'name': 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',",
            "        'of': [0, 0, 0, 0, 0],",
            "    },",
        ]
        assert eval(shown) == {f"key {i}": {"name": "x" * 30, "of": [i] * 5} for i in range(3)}
        shown = prompt.gives("list(range(100))", remoraWidth=40)
        assert eval(shown) == list(range(100))
        assert max(map(len, shown.splitlines())) <= 40
        assert len(shown.splitlines()) < 20
        prompt.gives("nested = []; nested.append(nested); nested.append('x' * 50)")
        assert "[...]" in prompt.gives("nested", remoraWidth=40)
        prompt.gives("import collections; Point = collections.namedtuple('Point', 'x y')")
        assert prompt.gives("Point(1, 'y' * 30)", remoraWidth=30).startswith("Point(\n    x=1,\n    y='")
        prompt.gives("found = collections.defaultdict(list, {i: ['x' * 9] for i in range(3)})")
        shown = prompt.gives("found", remoraWidth=30)
        assert shown.splitlines()[:2] == ["defaultdict(<class 'list'>, {", "    0: ['xxxxxxxxx'],"]
        assert prompt.gives("collections.deque([1, 2])", remoraWidth=30) == "deque([1, 2])"
        assert prompt.gives("'x' * 100", remoraWidth=30) == repr("x" * 100)
        assert prompt.gives("{3, 1}, frozenset(), set()", remoraWidth=30) in (
            "({1, 3}, frozenset(), set())",
            "({3, 1}, frozenset(), set())",
        )


def test_much_is_shown_in_part_and_fast(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        prompt.gives("many = list(range(10_000_000)); text = 'x' * 10_000_000")
        prompt.gives("deep = []\nfor i in range(50_000): deep = [deep]\n")
        shown = prompt.gives("many", remoraWidth=80)
        assert shown.splitlines()[-2].strip() == "… 9,999,000 more"
        for expression in (
            "text",
            "deep",
            "{i: text for i in range(2000)}",
            "[many] * 2000",
            "10 ** 100_000",
        ):
            for width in (0, 80):
                assert len(prompt.gives(expression, remoraWidth=width)) < 101_000


def test_own_texts_are_asked_for_once(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:
        prompt.gives(
            "class Own:\n    asked = 0\n    def __repr__(self):\n        Own.asked += 1; return 'two\\nlines'"
        )
        assert prompt.gives("Own()", remoraWidth=80) == "two\nlines"
        prompt.gives("Own.asked = 0")
        prompt.gives("[[Own(), 'x' * 50], 'y' * 50]", remoraWidth=40)
        assert prompt.gives("Own.asked") == "1"
        prompt.gives("class Bad:\n    def __repr__(self): raise ValueError('no')")
        assert "repr failed: ValueError: no" in prompt.gives("Bad()")


def test_json(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM)) as prompt:

        def told(text: str) -> object:
            return json.loads(prompt.answer(text, remoraJson=True)["remoraJson"])

        assert told("{'a': [1, 2.5, None, True], 2: ('x', {3}), None: b'y'}") == {
            "a": [1, 2.5, None, True],
            "2": ["x", [3]],
            "null": "b'y'",
        }
        prompt.gives("import array, collections, dataclasses")
        prompt.gives("@dataclasses.dataclass\nclass Point:\n    x: int\n    y: list\n")
        assert told("Point(1, [Point(2, [])])") == {"x": 1, "y": [{"x": 2, "y": []}]}
        assert told("collections.deque([1, (2,)])") == [1, [2]]
        assert told("array.array('d', [1, 0.5])") == [1, 0.5]
        prompt.gives("class Odd:\n    def tolist(self): return self\n    def __repr__(self): return 'odd'\n")
        prompt.gives("class Bad(Odd):\n    def tolist(self): raise OSError\n")
        assert told("Odd(), Bad()") == ["odd", "odd"]
        assert isinstance(told("10 ** 100_000"), str)
        assert told("float('nan'), 1 + 2j, object") == ["nan", "(1+2j)", "<class 'object'>"]
        assert told("x = 1") is None
        assert len(told("list(range(500_000))")) == 500_000  # type: ignore[arg-type]
        prompt.gives("loop = []; loop.append(loop)")
        assert "JSON" in prompt.fails("loop", remoraJson=True)["exception"]
        assert (
            "more than 1000000 parts"
            in prompt.fails("range(1), list(range(2_000_000))", remoraJson=True)["exception"]
        )


def test_sources(start: StartDebuggee) -> None:
    debuggee = start(PROGRAM)
    with prompt_in(debuggee) as prompt:
        prompt.gives("def mine(x):\n    # a remark\n    return x\n")

        def source(expression: str) -> str:
            asked = {"expression": expression, "remoraPrompt": prompt.number, "source": True}
            return str(prompt.client.request("remora/describe", asked).get("text"))

        assert source("mine") == "def mine(x):\n    # a remark\n    return x\n"
        assert source("called").startswith('def called():\n    return "called"')
        assert source("lazy").startswith("class Lazy:\n")
        assert source("len") == "None"


def test_a_script_has_its_file(start: StartDebuggee) -> None:
    with prompt_in(start(PROGRAM), namespace="os.path") as prompt:
        text = "\n\nx = __name__, __file__\ndef f():\n    raise ValueError(x)\nf()\n"
        error = prompt.fails(text, remoraFile="/over/there/script.py")
        assert error["exception"] == "ValueError: ('__main__', '/over/there/script.py')"
        assert 'File "/over/there/script.py", line 6, in <module>\n    f()\n' in error["traceback"]
