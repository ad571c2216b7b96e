"""Loads the bundled packages into the debuggee, starts the agent, and puts them away again.

This file travels as text and is run in a namespace of its own, before anything
else of ours is there; it may import `sys`, `marshal` and `_thread` alone.
It knows of the agent only the function `boot.start`.  One thread, which it is
given, runs it.  Whoever runs it compiles it under the name
`<remora>/loader.py`, so that its frames are known as ours:

    loader = loaded["loader"]
    if isinstance(loader, str):
        loader = compile(loader, "<remora>/loader.py", "exec", dont_inherit=True)
    space = {"__name__": "_remora_loader"}
    exec(loader, space)
    space["run"](sock, loaded, hello)

What it puts into the program: `_remora` and its submodules in `sys.modules`,
until `put_away`.  A finder stands on `sys.meta_path` while they are imported,
and no longer.  Library modules that they are the first to import stay with
them: they are taken out of `sys.modules` at once, so that the program imports
its own when it comes to that.

A session leaves the modules to the garbage collector, which may take long to
come.  So that a thousand sessions leave no more than one, the next session
takes them up again as long as they are there.  They hang together by a class,
`Modules.mark`, which nothing refers to but itself; `first_stage.put_away`
finds it among the subclasses of `complex`, which has few.
"""

from __future__ import annotations

import marshal
import sys
from _thread import allocate_lock, get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType
    from typing import Any

ROOT = "_remora"
FILES = "<remora>/"
#: What is imported when it is needed: most sessions have no prompt.
LATER = ROOT + ".agent.prompts"
#: Instead of a length: the text of an error follows.
FAILED = (1 << 64) - 1
#: The error when the place is taken.
IN_THE_WAY = "Another remora is in this process, or is just coming or going. Try again."

#: Library modules that must not be loaded twice, since something outside them
#: keeps what they made: the thread registry, the import system, codecs, the
#: types that the extension `_ctypes` has cached.
SHARED = ("threading", "importlib", "encodings", "ctypes", "builtins", "sys", "__main__")


def run(sock: socket, loaded: dict[str, Any], hello: dict[str, Any]) -> None:
    """Load what was received, start the agent, and put everything away when it ends.

    `sock` is the connected socket of the first client, `loaded` the bundle
    (`{"digest": its name, "loader": text or code, "modules": {name: (text or
    code, filename, is_package)}}`), which is emptied; `hello` is what this
    process has said of itself.  `sock` and `hello` go on to
    `_remora.agent.boot.start`, which comes back at detach.  The controller is
    sent the compiled bundle, preceded by its length in 8 bytes (big-endian): 0
    if it came compiled, `FAILED` and an error's text if it cannot be loaded.

    Raises nothing but what `start` raises, such as the exit of a launched program.
    """
    modules = Modules(loaded.pop("modules"))
    if not modules.claim_root():
        _report_failure(sock, IN_THE_WAY)
        return
    try:
        modules.load()
        _send(sock, modules.compiled(loaded.pop("loader"), loaded["digest"]))
        modules.forget_contents()
        modules.digest = loaded["digest"]
    except BaseException as error:  # the wall towards the program
        modules.put_away()
        _report_failure(sock, _describe(error))
        return
    modules.start(sock, hello)


class Modules:
    """The bundled modules: a finder and loader of the import system, for this one set.

    Contents: name → text or code, file name, whether it is a package.  `digest` tells this bundle from
    others, once it has been loaded.
    """

    # Of the class: a first stage may find the mark, and ask, before the next line has run.
    digest = ""

    def __init__(self, contents: dict[str, tuple[str | bytes | CodeType, str, bool]]) -> None:
        # The first object of all: the garbage collector does not take it before the others.
        self.mark = type(ROOT, (complex,), {"__module__": ROOT, "__slots__": (), "modules": self})
        self._contents = contents
        self._code: dict[str, CodeType] = {}  # of what came as text
        self._thread = get_ident()
        #: Held by the one session that uses these modules.
        self._claim = allocate_lock()
        self._asked: list[str] = []  # library modules that were not loaded when ours imported them
        self._root = root = type(sys)(ROOT)
        root.__path__ = []
        root.__dict__["__loader__"] = self
        root.__dict__.update(import_privately=self.import_privately, add_client=_refuse)
        root.__dict__.update(run_privately=self.run_privately)
        self._loaded: dict[str, ModuleType] = {}

    def claim_root(self) -> bool:
        """Put the root package into `sys.modules`; False if one is there already, or about to be.

        Two threads may want to wake the same modules at the same moment.
        """
        if not self._claim.acquire(False):
            return False
        if sys.modules.setdefault(ROOT, self._root) is self._root:
            return True
        self._claim.release()
        return False

    def load(self) -> None:
        """Import all of them but `LATER`, so that no other import of theirs needs a finder."""
        self._import(*(name for name in self._contents if not name.startswith(LATER)))

    def forget_contents(self) -> None:
        """Nothing more is imported but `LATER`, which is kept in the form that needs least."""
        for name in list(self._contents):
            code, (_, filename, is_package) = self._code_of(name), self._contents.pop(name)
            if name.startswith(LATER):
                self._contents[name] = marshal.dumps(code), filename, is_package
        self._code = {}

    def start(self, sock: socket, hello: dict[str, Any]) -> None:
        """Run the agent until it comes back, and put everything away."""
        try:
            sys.modules[ROOT + ".agent.boot"].start(sock, hello)
        finally:
            self.put_away()

    def run_again(self, sock: socket, hello: dict[str, Any]) -> None:
        """`run`, when these modules have been put away."""
        if not self.claim_root():
            _report_failure(sock, IN_THE_WAY)
            return
        sys.modules.update(self._loaded)
        try:
            _send(sock, b"")
        except OSError:
            self.put_away()
            raise
        self.start(sock, hello)

    def put_away(self) -> None:
        """Take them out of `sys.modules`: only the garbage collector and `first_stage` find them now."""
        self._loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_ours(name)}
        if self._claim.locked():
            self._claim.release()

    def import_privately(self, name: str) -> ModuleType:
        """A module of the library: the program's if it has loaded it, else one that it does not get.

        Or one of ours that has not been needed yet.
        Each call makes another; the caller keeps it.  Only for the agent's own thread.
        """
        self._thread = get_ident()
        if name not in sys.modules:
            return self._import(name)
        return sys.modules[name]

    def _import(self, *names: str) -> ModuleType:
        """The last of these modules."""

        def work() -> ModuleType:
            for name in names:
                __import__(name)
            return sys.modules[names[-1]]

        found: ModuleType = self._with_finder(work)
        return found

    def run_privately(self, work: Any) -> Any:
        """Call `work`; what library modules it needs, the program does not get.  One thread at a time."""
        self._thread = get_ident()
        return self._with_finder(work)

    def _with_finder(self, work: Any) -> Any:
        before, finders = set(sys.modules), sys.meta_path
        finders.insert(0, self)
        try:
            return work()
        finally:
            finders.remove(self)
            self._take_out_private(before)

    def compiled(self, loader: str | CodeType, digest: str) -> bytes:
        """The compiled form of the bundle, marshalled; empty if it came so."""
        if not self._code:
            return b""
        modules = {name: (self._code_of(name), *place) for name, (_, *place) in self._contents.items()}
        loader = _compile(loader, FILES + "loader.py")
        return marshal.dumps({"digest": digest, "loader": loader, "modules": modules})

    def _take_out_private(self, before: set[str]) -> None:
        # Also what a module has put there under its own name, such as `os.path` and `collections.abc`.
        private = {name for name in self._asked if name.partition(".")[0] not in SHARED}
        leaving = {}
        for name in set(sys.modules) - before:
            module = sys.modules.get(name)
            if module and _is_python(module) and (name in private or name.partition(".")[0] in private):
                leaving[name] = module
        for name in leaving:
            del sys.modules[name]
        # Only now, that parents which stay can be told from those that leave and keep what is theirs.
        for name, module in leaving.items():
            _forget_in_parent(name, module)
        self._asked = []

    # The interface of a finder and loader (PEP 451)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in self._contents:
            if get_ident() == self._thread:
                self._asked.append(name)
            return None
        _, filename, is_package = self._contents[name]
        new_spec: Any = type(sys.__spec__)
        spec: ModuleSpec = new_spec(name, self, origin=filename, is_package=is_package)
        spec.has_location = True
        spec.cached = None
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code_of(module.__name__), module.__dict__)

    def _code_of(self, name: str) -> CodeType:
        code, filename, _ = self._contents[name]
        if isinstance(code, bytes):
            loaded: CodeType = marshal.loads(code)
            return loaded
        if not isinstance(code, str):
            return code
        if name not in self._code:
            self._code[name] = _compile(code, filename)
        return self._code[name]


def _refuse(sock: socket) -> bool:
    """What `_remora.add_client` is until the agent has started: the client sees the stream end."""
    sock.close()
    return False


def _compile(source: str | CodeType, filename: str) -> CodeType:
    if not isinstance(source, str):
        return source
    # The program's own options must not matter, since the result is kept for others.
    return compile(source, filename, "exec", dont_inherit=True, optimize=0)


def _is_python(module: ModuleType) -> bool:
    """False for what is built in or an extension, of which there can be but one."""
    return str(getattr(module, "__file__", "")).endswith((".py", ".pyc"))


def _is_ours(name: str) -> bool:
    return name == ROOT or name.startswith(ROOT + ".")


def _forget_in_parent(name: str, module: ModuleType) -> None:
    parent, _, child = name.rpartition(".")
    namespace = getattr(sys.modules.get(parent), "__dict__", {})
    if namespace.get(child) is module:
        del namespace[child]


def _send(sock: socket, content: bytes) -> None:
    sock.sendall(len(content).to_bytes(8, "big") + content)


def _report_failure(sock: socket, text: str) -> None:
    try:
        sock.sendall(FAILED.to_bytes(8, "big") + text.encode("utf-8", "replace"))
    except OSError:
        return  # nobody is there to be told
    finally:
        sock.close()


def _describe(error: BaseException) -> str:
    """The exception and where it came from, without the module `traceback`."""
    lines = [f"{type(error).__name__}: {error}"]
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return "\n".join(lines)
