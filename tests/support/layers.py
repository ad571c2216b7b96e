"""The rules that hold the source tree together, as functions from a tree to what breaks them.

The tables come first.  They are those of ARCHITECTURE.md; a change here is a
change of the architecture and belongs into its "Decisions".
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: Run in the debuggee, or on its host with whatever Python is there: 3.8 grammar, standard library.
TRAVELLING = {"dap", "agent", "inject", "relay", "sessions", "prepared", "recipes"}

#: What a package may import of remora, beside itself.
MAY_IMPORT: dict[str, set[str]] = {
    "dap": set(),
    "sessions": set(),
    "inject": {"sessions"},
    "prepared": {"inject", "sessions"},
    "agent": {"dap"},
    "relay": {"inject"},
    "transport": set(),
    "bundle": {"folders"},
    "observe": {"inject", "printable", "sessions"},
    "settings": set(),
    "folders": set(),
    "printable": set(),
    "client": {"dap", "transport"},
    "gateway": {
        "client", "transport", "inject", "bundle", "dap", "sessions", "observe", "folders", "printable",
    },
    "terminal": {"client", "dap", "folders", "printable"},
    # They run in the program beside the agent.
    "recipes": {"agent"},
    "shell": {"bundle", "client", "dap", "recipes", "terminal", "folders", "printable"},
    "cli": {
        # Of the agent it reads what that can do.
        "dap", "agent", "inject", "relay", "transport", "bundle", "observe", "settings",
        "client", "gateway", "terminal", "sessions", "shell", "recipes", "folders", "printable",
    },
    "scripting": {"bundle", "client", "inject", "transport"},
    # The package's own namespace: a program that imports remora gets nothing else by that.
    "__init__": {"prepared", "scripting"},
    "__main__": {"cli"},
}  # fmt: skip

#: Packages from elsewhere, by where they may be used.
THIRD_PARTY: dict[str, set[str]] = {
    "terminal": {"prompt_toolkit", "pygments"},
    "gateway": {"asyncssh"},
    "observe": {"pystack"},
    "shell": {"prompt_toolkit", "pygments"},
    "cli": {"shtab", "asyncssh"},
}

#: All that may come into a program by the import of the agent.
AGENT_MODULES = {"sys", "os", "time", "marshal", "_json", "_thread", "_socket", "select", "__future__"}

#: Names that are used in one place each: attribute or string → files.
ONLY_IN: dict[str, set[str]] = {
    # `thread_states` is the part of that tracer that reaches threads which run already.
    "settrace": {
        "agent/tracing/settrace.py",
        "agent/tracing/thread_hook.py",
        "agent/tracing/thread_states.py",
    },
    "f_trace": {"agent/tracing/settrace.py"},
    "f_trace_lines": {"agent/tracing/settrace.py"},
    "f_trace_opcodes": {"agent/tracing/settrace.py"},
    "monitoring": {"agent/tracing/monitoring.py"},
}

#: Where versions of Python may be looked at.
KNOWS_VERSIONS = {
    "agent/compat.py": "the flags of the agent",
    "inject/probe.py": "what a target's version can do",
    "cli/__init__.py": "says in one sentence that the command needs Python 3.11",
}

#: Modules in which a function may import ctypes, beside `inject/ptrace`, which is made of it.
LAZY_CTYPES = {
    "gateway/ssh/errand.py": "prctl(2), which `os` does not have",
    "gateway/ide/terminal_launcher.py": "prctl(2), which `os` does not have",
    "agent/c_api.py": "interrupts evaluations; before 3.13 writes locals, before 3.12 traces running threads",
    "prepared/detached.py": "clone(2), which `os` has in one form only",
    "observe/pausing.py": "ptrace(2), which `os` does not have",
    "observe/namespaces.py": "setns(2) and others, which `os` does not have",
    "inject/rendezvous.py": "setns(2), which `os` has from 3.12 on",
}

#: Where text of the user is run.
RUNS_TEXT = {
    "agent/expressions/evaluation.py": "expressions and statements of the console",
    "agent/prompts/text.py": "what is typed at a prompt",
    "agent/prompts/namespace.py": "a class that is to outlive the agent",
    "agent/expressions/predicates.py": "conditions and log messages",
    "agent/launch.py": "the program",
    "agent/processes.py": "the first stage, in a forked child",
    "inject/first_stage.py": "the loader of the bundle, and the door of a program that is started",
    "bundle/loader.py": "the agent itself",
    # Here, and not in the program.
    "terminal/aliases.py": "macros of the user",
}


@dataclass
class Module:
    """One source file, parsed."""

    #: As in "agent/tracing/base.py".
    path: str
    tree: ast.Module
    type_only: set[ast.AST] = field(default_factory=set)
    lazy: set[ast.AST] = field(default_factory=set)
    #: Done only where the usual way failed.
    fallback: set[ast.AST] = field(default_factory=set)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.If) and _names_type_checking(node.test):
                self.type_only.update(inner for part in node.body for inner in ast.walk(part))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                self.lazy.update(ast.walk(node))
            elif isinstance(node, ast.ExceptHandler):
                self.fallback.update(ast.walk(node))

    @property
    def package(self) -> str:
        """The first part of its name: a package, or a module directly below `remora`."""
        return self.path.partition("/")[0].removesuffix(".py")

    @property
    def travels(self) -> bool:
        return self.package in TRAVELLING

    def imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(node, alias.name, "")
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                for alias in node.names:
                    yield Import(node, base, alias.name)

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = ["remora", *self.path.split("/")[:-1]]
        base = parts[: len(parts) - node.level + 1]
        assert base, f"{self.at(node)} imports from beyond the package"
        return ".".join([*base, *([node.module] if node.module else [])])


@dataclass(frozen=True)
class Import:
    node: ast.AST
    module: str
    name: str

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    @property
    def remora_package(self) -> str | None:
        """Which package of remora is meant; None for other modules, "" for remora itself."""
        parts = [*self.module.split("."), self.name]
        if parts[0] not in ("remora", "_remora"):
            return None
        return parts[1] if parts[1] in MAY_IMPORT else ""


def read(root: Path) -> list[Module]:
    """The modules below the directory of the package `remora`."""
    return [
        Module(str(path.relative_to(root)), ast.parse(path.read_bytes(), str(path)))
        for path in sorted(root.rglob("*.py"))
    ]


def imports_stay_in_their_column(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        if module.package not in MAY_IMPORT:
            yield f"{module.path} belongs to no package of the table"
            continue
        allowed = MAY_IMPORT[module.package] | {module.package}
        for found in module.imports():
            package = found.remora_package
            if package and package not in allowed:
                yield f"{module.at(found.node)}: {module.package} may not import {package}"
            if package == "" and module.travels:
                yield f"{module.at(found.node)}: what travels may not import remora itself"


def third_party_stays_in_its_place(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        allowed = sys.stdlib_module_names | THIRD_PARTY.get(module.package, set()) | {"remora", "_remora"}
        for found in module.imports():
            is_types = found.node in module.type_only and found.top == "typing_extensions"
            if found.top not in allowed and not is_types:
                yield f"{module.at(found.node)}: not of the standard library: {found.top}"


def agent_brings_few_modules(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        if module.package not in ("dap", "agent"):
            continue
        for found in module.imports():
            if found.remora_package is not None:
                continue
            if found.node in module.type_only | module.lazy | module.fallback:
                continue
            if found.module not in AGENT_MODULES:
                yield f"{module.at(found.node)}: the agent may not import {found.module} while it loads"


def agent_never_imports_threading(modules: Iterable[Module]) -> Iterator[str]:
    """Imported first on another thread than the main one, it takes that thread for the main one."""
    for module in modules:
        for found in module.imports():
            if module.package in ("dap", "agent") and found.top == "threading":
                yield f"{module.at(found.node)}: threading, if it is there, is in sys.modules"


def names_stay_in_their_file(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        for node in ast.walk(module.tree):
            name = _spoken_name(node)
            if name in ONLY_IN and module.path not in ONLY_IN[name]:
                yield f"{module.at(node)}: {name} is for {', '.join(ONLY_IN[name])}"


def versions_are_compared_in_few_places(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        if module.path in KNOWS_VERSIONS:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "version_info":
                yield f"{module.at(node)}: version_info"
            if isinstance(node, ast.Compare):
                attributes = [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)]
                if "hexversion" in attributes:
                    yield f"{module.at(node)}: hexversion is compared"
            if isinstance(node, ast.Call) and ast.unparse(node).startswith("hasattr(sys, "):
                yield f"{module.at(node)}: hasattr(sys, ...)"


def ctypes_stays_in_few_places(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        for found in module.imports():
            if found.top not in ("ctypes", "_ctypes") or found.node in module.type_only:
                continue
            is_lazy = module.path in LAZY_CTYPES and found.node in module.lazy
            if not module.path.startswith("inject/ptrace/") and not is_lazy:
                yield f"{module.at(found.node)}: ctypes"


def nothing_is_unpickled(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        for found in module.imports():
            if found.top in ("pickle", "_pickle", "shelve", "copyreg"):
                yield f"{module.at(found.node)}: {found.top}"


def text_is_run_in_few_places(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        for node in ast.walk(module.tree):
            if (_is_call(node, "eval") or _is_call(node, "exec")) and module.path not in RUNS_TEXT:
                yield f"{module.at(node)}: runs text"


def only_the_adapter_answers(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        if module.package != "agent" or module.path == "agent/adapter.py":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                if name == "error_response" or _is_member(node, "messages", "response"):
                    yield f"{module.at(node)}: only agent/adapter.py sends responses"
        for found in module.imports():
            if found.module.endswith("dap.messages") and found.name in ("response", "error_response"):
                yield f"{module.at(found.node)}: only agent/adapter.py sends responses"


def error_bodies_have_one_maker(modules: Iterable[Module]) -> Iterator[str]:
    """An error body is `{"error": ...}`, and a `RequestError` is made by the catalogue of errors."""
    for module in modules:
        if not module.travels or module.path == "dap/errors.py":
            continue
        for node in ast.walk(module.tree):
            keys = node.keys if isinstance(node, ast.Dict) else []
            if any(isinstance(key, ast.Constant) and key.value == "error" for key in keys):
                yield f"{module.at(node)}: an error body outside dap/errors.py"
            if _is_call(node, "RequestError") or _is_call(node, "errors.RequestError"):
                yield f"{module.at(node)}: make the error in dap/errors.py"


def importing_only_defines(modules: Iterable[Module]) -> Iterator[str]:
    for module in modules:
        if module.travels:
            for statement in module.tree.body:
                if not _only_defines(statement):
                    yield f"{module.at(statement)}: runs when the module is imported"


def travelling_grammar_is_old(root: Path) -> Iterator[str]:
    travelling = [path for package in TRAVELLING for path in (root / package).rglob("*.py")]
    said_on_old = [
        root / "sessions.py",
        root / "__init__.py",
        root / "__main__.py",
        root / "cli" / "__init__.py",
    ]
    for path in [*travelling, *(path for path in said_on_old if path.exists())]:
        try:
            ast.parse(path.read_bytes(), str(path), feature_version=(3, 8))
        except SyntaxError as error:
            yield f"{path.relative_to(root)}:{error.lineno}: {error.msg}"


#: Every rule about modules.
RULES: tuple[Callable[[Iterable[Module]], Iterator[str]], ...] = (
    imports_stay_in_their_column,
    third_party_stays_in_its_place,
    agent_brings_few_modules,
    agent_never_imports_threading,
    names_stay_in_their_file,
    versions_are_compared_in_few_places,
    ctypes_stays_in_few_places,
    nothing_is_unpickled,
    text_is_run_in_few_places,
    only_the_adapter_answers,
    error_bodies_have_one_maker,
    importing_only_defines,
)


def _only_defines(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
            return True
        case ast.Assign() | ast.AnnAssign():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=test, body=body, orelse=orelse):
            return _names_type_checking(test) and all(map(_only_defines, body + orelse))
        case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):
            parts = body + [part for handler in handlers for part in handler.body]
            caught = [handler.type for handler in handlers]
            return all(map(_only_defines, parts)) and all(map(_names_absence, caught))
    return False


def _names_type_checking(test: ast.expr) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _names_absence(caught: ast.expr | None) -> bool:
    """Whether an `except` is for what an interpreter lacks, or has otherwise, and for nothing more."""
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return all(isinstance(name, ast.Name) and name.id in _ABSENCE for name in names)


_ABSENCE = {"ImportError", "ModuleNotFoundError", "AttributeError", "TypeError"}


def _spoken_name(node: ast.AST) -> str:
    """The attribute that is used here, by itself or by its name in `getattr` and its like."""
    if isinstance(node, ast.Attribute):
        # A module of ours of that name is no attribute of the interpreter.
        is_ours = node.attr == "monitoring" and not (
            isinstance(node.value, ast.Name) and node.value.id == "sys"
        )
        return "" if is_ours else node.attr
    if isinstance(node, ast.Call) and _callee(node) in ("getattr", "setattr", "hasattr", "delattr"):
        second = node.args[1] if len(node.args) > 1 else None
        return str(second.value) if isinstance(second, ast.Constant) else ""
    if isinstance(node, ast.ImportFrom) and node.module in ("sys", "threading"):
        return next((alias.name for alias in node.names if alias.name in ONLY_IN), "")
    return ""


def _callee(node: ast.Call) -> str:
    return ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""


def _is_call(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and _callee(node) == name


def _is_member(node: ast.AST, owner: str, name: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and node.value.id == owner
    )
