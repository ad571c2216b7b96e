"""The architecture's rules hold for the source tree, and each rule finds what breaks it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support import layers
from tests.support.pythons import CHECKOUT, SAME_ROOT, Python, each_python_here

REMORA = CHECKOUT / "src" / "remora"


@pytest.fixture(scope="module")
def modules() -> list[layers.Module]:
    return layers.read(REMORA)


@pytest.mark.parametrize("rule", layers.RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: object, modules: list[layers.Module]) -> None:
    assert callable(rule)
    assert list(rule(modules)) == []


def test_travelling_grammar_is_old() -> None:
    assert list(layers.travelling_grammar_is_old(REMORA)) == []


def test_no_exception_is_for_a_file_that_is_gone() -> None:
    named = {
        *layers.KNOWS_VERSIONS,
        *layers.LAZY_CTYPES,
        *layers.RUNS_TEXT,
        *set().union(*layers.ONLY_IN.values()),
    }
    assert [path for path in sorted(named) if not (REMORA / path).exists()] == []


#: Rule → a file that breaks it, and what is to be found wrong with it.
BROKEN = [
    (
        "imports_stay_in_their_column",
        "agent/a.py",
        "from ..client import session",
        "agent may not import client",
    ),
    (
        "imports_stay_in_their_column",
        "agent/b/a.py",
        "from ...inject import x",
        "agent may not import inject",
    ),
    ("imports_stay_in_their_column", "terminal/a.py", "import remora.agent.boot", "may not import agent"),
    (
        "imports_stay_in_their_column",
        "gateway/a.py",
        "def f():\n    from remora import agent",
        "import agent",
    ),
    (
        "imports_stay_in_their_column",
        "dap/a.py",
        "from .. import __version__",
        "may not import remora itself",
    ),
    ("imports_stay_in_their_column", "novel/a.py", "", "no package of the table"),
    (
        "third_party_stays_in_its_place",
        "inject/a.py",
        "import requests",
        "not of the standard library: requests",
    ),
    ("third_party_stays_in_its_place", "client/a.py", "import prompt_toolkit", "prompt_toolkit"),
    ("agent_brings_few_modules", "agent/a.py", "import json.decoder", "may not import json.decoder"),
    ("agent_brings_few_modules", "dap/a.py", "class A:\n    import re", "may not import re"),
    ("agent_never_imports_threading", "agent/a.py", "def f():\n    import threading", "sys.modules"),
    ("names_stay_in_their_file", "agent/a.py", "import sys\nsys.settrace(None)", "settrace is for"),
    ("names_stay_in_their_file", "agent/a.py", "setattr(frame, 'f_trace', None)", "f_trace is for"),
    ("names_stay_in_their_file", "cli/a.py", "import sys\nsys.monitoring.get_tool(0)", "monitoring is for"),
    ("names_stay_in_their_file", "cli/a.py", "from sys import monitoring", "monitoring is for"),
    ("names_stay_in_their_file", "agent/a.py", "getattr(sys, 'monitoring')", "monitoring is for"),
    ("versions_are_compared_in_few_places", "agent/a.py", "A = sys.version_info >= (3, 9)", "version_info"),
    ("versions_are_compared_in_few_places", "inject/a.py", "if a.hexversion > 3: pass", "hexversion"),
    ("versions_are_compared_in_few_places", "agent/a.py", "A = hasattr(sys, 'setprofile')", "hasattr(sys"),
    ("ctypes_stays_in_few_places", "agent/jobs.py", "import ctypes", "ctypes"),
    ("ctypes_stays_in_few_places", "inject/a.py", "def f():\n    import ctypes", "ctypes"),
    ("nothing_is_unpickled", "client/a.py", "from pickle import loads", "pickle"),
    ("text_is_run_in_few_places", "agent/a.py", "def f(t):\n    return eval(t)", "runs text"),
    ("only_the_adapter_answers", "agent/a.py", "def f():\n    messages.response({})", "sends responses"),
    (
        "only_the_adapter_answers",
        "agent/a.py",
        "from ..dap.messages import error_response",
        "sends responses",
    ),
    ("error_bodies_have_one_maker", "agent/a.py", "A = {'error': 1}", "error body"),
    ("error_bodies_have_one_maker", "agent/a.py", "raise errors.RequestError(1, '')", "in dap/errors.py"),
    ("importing_only_defines", "agent/a.py", "print()", "runs when the module is imported"),
    ("importing_only_defines", "inject/a.py", "if x:\n    A = 1", "runs when"),
    ("importing_only_defines", "dap/a.py", "try:\n    import a\nexcept Exception:\n    a = 1", "runs when"),
]


@pytest.mark.parametrize(("rule", "path", "text", "wrong"), BROKEN)
def test_a_broken_rule_is_found(tmp_path: Path, rule: str, path: str, text: str, wrong: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    found = list(getattr(layers, rule)(layers.read(tmp_path)))
    assert len(found) == 1, found
    assert path in found[0]
    assert wrong in found[0]


def test_every_rule_has_been_broken() -> None:
    assert {rule.__name__ for rule in layers.RULES} == {rule for rule, *_ in BROKEN}


KEPT = """
from __future__ import annotations
import sys
from . import errors
from ..dap.types import A
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from ctypes import c_int
else:
    Any = object
try:
    import _json
except ImportError:
    _json = None
def f():
    '''About sys.settrace and sys.version_info.'''
    import ast
    return sys.hexversion
"""


def test_what_keeps_the_rules_passes(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "a.py").write_text(KEPT)
    modules = layers.read(tmp_path)
    assert [wrong for rule in layers.RULES for wrong in rule(modules)] == []


def test_new_grammar_is_found(tmp_path: Path) -> None:
    (tmp_path / "dap").mkdir()
    (tmp_path / "dap" / "a.py").write_text("match x:\n    case 1:\n        pass\n")
    assert "dap/a.py:" in next(layers.travelling_grammar_is_old(tmp_path))


#: Imports the modules that are named, and prints as JSON what they did to the interpreter.
WATCHER = """
import json, os, signal, sys, threading, importlib, ctypes
sys.path.insert(0, sys.argv[1])
importlib.import_module(sys.argv[2].partition(".")[0])

def state():
    return {
        "threads": threading.active_count(),
        "fds": len(os.listdir("/proc/self/fd")),
        "hooks": str([sys.gettrace(), sys.getprofile(), sys.excepthook, sys.meta_path, sys.path]),
        "signals": str([signal.getsignal(number) for number in signal.valid_signals()]),
        "environment": sorted(os.environ),
        "directory": os.getcwd(),
    }

before = state()
events = set()
watching = True
sys.addaudithook(lambda event, arguments: events.add(event) if watching else None)
for name in sys.argv[2:]:
    importlib.import_module(name)
watching = False
after = state()
changed = [key for key in before if before[key] != after[key]]
print(json.dumps({"changed": changed, "events": sorted(events)}))
"""

#: Audit events of imports and definitions.  `ctypes.dlopen(None)` looks up functions that are there.
HARMLESS = {
    "import", "builtins.id", "open", "compile", "exec", "marshal.loads", "os.listdir", "os.scandir",
    "code.__new__", "sys._getframe", "sys._getframemodulename", "object.__getattr__", "object.__setattr__",
    "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "import.find_spec", "pathlib.Path.glob",
}  # fmt: skip


def watch_imports(python: Python, source: Path, names: list[str]) -> dict[str, list[str]]:
    out = subprocess.run(
        python.command("-I", "-B", "-c", WATCHER, python.path_inside(source), *names),
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    result: dict[str, list[str]] = json.loads(out.stdout)
    return result


@each_python_here
def test_importing_what_travels_changes_nothing(python: Python) -> None:
    names = [
        ".".join(["remora", *Path(module.path).with_suffix("").parts]).removesuffix(".__init__")
        for module in layers.read(REMORA)
        if module.travels and not module.path.endswith("__main__.py") and is_for(python, module.path)
    ]
    assert len(names) > 20
    result = watch_imports(python, REMORA.parent, names)
    assert result["changed"] == []
    assert set(result["events"]) <= HARMLESS


def is_for(python: Python, path: str) -> bool:
    """The tracer of newer interpreters names their module while it loads; nobody imports it on older ones."""
    return path != "agent/tracing/monitoring.py" or python.at_least("3.12")


def test_an_import_with_an_effect_is_found(tmp_path: Path) -> None:
    (tmp_path / "effects").mkdir()
    (tmp_path / "effects" / "__init__.py").write_text("")
    (tmp_path / "effects" / "a.py").write_text("import socket\nS = socket.socket()\n")
    result = watch_imports(SAME_ROOT[0], tmp_path, ["effects.a"])
    assert result["changed"] == ["fds"]
    assert "socket.__new__" in result["events"]
