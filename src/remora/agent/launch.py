"""Runs a program as `python` itself would, for `launch`.

On the main thread.  What the program can see of its start (`__main__`,
`sys.argv`, `sys.path[0]`, exit status, traceback of an uncaught exception) is
what it would be without remora.  It is run in the `__main__` that the
interpreter has made for the `-c` as which we were started.

Source: CPython's Modules/main.c (pymain_run_python), Python/pythonrun.c
(_PyRun_SimpleFile) and Lib/runpy.py.
"""

from __future__ import annotations

import sys

from .compat import (
    CODE_IS_DEDENTED,
    EXIT_KEEPS_MAIN_FILE,
    HAS_LAST_EXC,
    HAS_ORIG_ARGV,
    MAIN_FILE_IS_ABSOLUTE,
    MAIN_HAS_CACHED,
)
from .isolate import _thread, library, os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from .debugger import Debugger

_MISUSE = 2


def wait(entry: _thread.LockType, program: dict[str, Any]) -> None:
    """Wait until the program may begin.  Until then Ctrl-C ends a held one, without a traceback of ours."""
    signal = library("signal")
    if not program.get("held") or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        entry.acquire()
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    entry.acquire()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def run_program(program: dict[str, Any], debugger: Debugger) -> None:
    """Run the program; raises `SystemExit` or `KeyboardInterrupt`, which end the interpreter as it would."""
    kind, value, args = program["kind"], program["value"], program["args"]
    if not program.get("interruptible"):
        _let_ctrl_c_pause(debugger)
    _replace_command_line(kind, value, args)
    if kind == "code":
        debugger.sources.keep("<string>", value)
    error = _uncaught(kind, value, debugger)
    if error is None:
        # Not by returning: a step from the last line would come out in the text that started us.
        raise SystemExit
    _tell(error)
    if isinstance(error, KeyboardInterrupt):
        _say_nothing_more()
        raise error
    raise SystemExit(1)


def _uncaught(kind: str, value: str, debugger: Debugger) -> BaseException | None:
    """Run the program: what it has not caught, with the traceback that it would have."""
    run = {"file": _run_file, "module": _run_module, "code": _run_code}[kind]
    try:
        run(value)
    except SystemExit as error:
        debugger.exceptions.program_exits(error)
        raise
    except BaseException as error:
        error.__traceback__ = _without_own(error.__traceback__)
        return error
    return None


def _let_ctrl_c_pause(debugger: Debugger) -> None:
    """Leave Ctrl-C to the client while there is one: it shares our terminal, and asks for a pause.

    A program that handles SIGINT itself replaces this; one that is started with SIGINT ignored keeps that.
    """
    signal = library("signal")
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return

    def on_interrupt(number: int, frame: Any) -> None:
        if not debugger.is_attached():
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, on_interrupt)


def _replace_command_line(kind: str, value: str, args: list[str]) -> None:
    """Have the program see its own words, not those that started us, nor their text as that of "<string>"."""
    option = {"file": [], "module": ["-m"], "code": ["-c"]}[kind]
    sys.argv[:] = [*(option or [value]), *args]
    if HAS_ORIG_ARGV:
        # They stand there as well, behind `-c` and its text, for those who look at the process from outside.
        words = [*option, value, *args]
        sys.orig_argv[-2 - len(words) :] = words  # type: ignore[attr-defined,unused-ignore]  # novm
    linecache = sys.modules.get("linecache")
    for cache in ("cache", "_interactive_cache"):
        getattr(linecache, cache, {}).clear()


def _run_file(path: str) -> None:
    full = path
    if MAIN_FILE_IS_ABSOLUTE and not os.path.isabs(path):
        full = os.getcwd() + "/" + path
    if _is_import_path(full):
        sys.path.insert(0, full)
        _run_as_main("__main__", is_import_path=True)
        return
    _insert_first_path(os.path.dirname(os.path.realpath(path)))
    namespace = sys.modules["__main__"].__dict__
    names = {"__file__": full, "__cached__": None} if MAIN_HAS_CACHED else {"__file__": full}
    namespace.update(names)
    content = _read(path, full)
    try:
        exec(_code_of_file(content, full, namespace), namespace)
    except SystemExit:
        if EXIT_KEEPS_MAIN_FILE:
            names.clear()
        raise
    finally:
        for name in names:
            namespace.pop(name, None)


def _run_module(name: str) -> None:
    _insert_first_path(os.getcwd())
    _run_as_main(name)


def _run_as_main(name: str, *, is_import_path: bool = False) -> None:
    import runpy

    runpy._run_module_as_main(name, not is_import_path)  # type: ignore[attr-defined]


def _run_code(text: str) -> None:
    _insert_first_path("")
    if CODE_IS_DEDENTED:
        text = library("textwrap").dedent(text)
    code = compile(text, "<string>", "exec", dont_inherit=True)
    linecache: Any = sys.modules.get("linecache")
    if hasattr(linecache, "_interactive_cache"):
        linecache._register_code(code, text, "<string>")
    elif hasattr(linecache, "_register_code"):
        linecache._register_code("<string>", text, "<string>")
    exec(code, sys.modules["__main__"].__dict__)


def _insert_first_path(folder: str) -> None:
    """Put the program's folder first, unless an option (`-I`, `-P`) forbids that."""
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        sys.path.insert(0, folder)


def _is_import_path(path: str) -> bool:
    """Whether modules can be imported from the path: a directory, or a zip archive."""
    # What refuses a path raises, which the debugger is to see handled: not by us.
    external: Any = sys.modules["_frozen_importlib_external"]
    return external.PathFinder._path_importer_cache(path) is not None


def _read(path: str, full: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        python = sys.orig_argv[0] if HAS_ORIG_ARGV else sys.executable  # type: ignore[attr-defined,unused-ignore]  # novm
        print(f"{python}: can't open file {full!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr)
        raise SystemExit(_MISUSE) from None


def _code_of_file(content: bytes, path: str, namespace: dict[str, Any]) -> CodeType:
    """Compile what a file holds, or load it if it is compiled; `__loader__` tells which."""
    external: Any = sys.modules["_frozen_importlib_external"]
    if path.endswith(".pyc") or content[:4] == external.MAGIC_NUMBER:
        namespace["__loader__"] = external.SourcelessFileLoader("__main__", path)
        code: CodeType = library("marshal").loads(content[16:])
        return code
    namespace["__loader__"] = external.SourceFileLoader("__main__", path)
    return compile(content, path, "exec", dont_inherit=True)


def _tell(error: BaseException) -> None:
    """What the interpreter does of an uncaught exception."""
    kind, traceback = type(error), error.__traceback__
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, traceback
    if HAS_LAST_EXC:
        sys.last_exc = error  # type: ignore[attr-defined,unused-ignore]  # novm
    hook = sys.excepthook
    try:
        hook(kind, error, traceback)
    except SystemExit:
        raise
    except BaseException as failure:
        print("Error in sys.excepthook:", file=sys.stderr)
        failure.__traceback__ = _without_own(failure.__traceback__)
        sys.__excepthook__(type(failure), failure, failure.__traceback__)
        print("\nOriginal exception was:", file=sys.stderr)
        sys.__excepthook__(kind, error, traceback)


def _say_nothing_more() -> None:
    """Have the interpreter, which ends itself by SIGINT after an interrupt, not tell that once more."""
    module: Any = sys
    hook = module.excepthook

    # It is called when this module has been taken apart: it may use no global name.
    def restore(*error: Any) -> None:
        module.excepthook = hook

    sys.excepthook = restore


def _without_own(traceback: Any) -> Any:
    """The traceback from the first frame on that is not the agent's."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith("<remora>/"):
        traceback = traceback.tb_next
    return traceback
