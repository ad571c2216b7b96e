"""Runs a program as `python` itself would, for `launch`.

On the main thread.  What the program can see of its start (`__main__`,
`sys.argv`, `sys.path[0]`, exit status, traceback of an uncaught exception) is
what it would be without remora.

Source: CPython's Modules/main.c (pymain_run_python) and Lib/runpy.py.
"""

from __future__ import annotations

import sys

from .isolate import library, os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from .debugger import Debugger


def run_program(program: dict[str, Any], debugger: Debugger) -> None:
    """Run the program and end the interpreter's main thread with its exit status."""
    if not program.get("interruptible"):
        _let_ctrl_c_pause(debugger)
    if program["kind"] == "code":
        debugger.sources.keep("<string>", program["value"])
    run = {"file": _run_file, "module": _run_module, "code": _run_code}[program["kind"]]
    try:
        run(program["value"], program["args"])
    except SystemExit as error:
        debugger.exceptions.program_exits(error)
        raise
    except BaseException as error:
        error.__traceback__ = _without_own(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        _end(error)


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


def _end(error: BaseException) -> None:
    """Exit as the interpreter does after an uncaught exception; a KeyboardInterrupt by its signal."""
    if isinstance(error, KeyboardInterrupt):
        signal = library("signal")
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    raise SystemExit(1)


def _run_file(path: str, args: list[str]) -> None:
    sys.argv[:] = [path, *args]
    if os.path.isdir(path) or not _is_source(path):
        import runpy

        _set_first_path("")
        runpy.run_path(path, run_name="__main__")
        return
    _set_first_path(os.path.dirname(os.path.realpath(path)))
    with open(path, "rb") as file:
        content = file.read()
    full = os.path.abspath(path)
    namespace = _fresh_main(__file__=full, __cached__=None)
    exec(_compiled(content, full), namespace)


def _run_module(name: str, args: list[str]) -> None:
    import runpy

    sys.argv[:] = [name, *args]
    _set_first_path(os.getcwd())
    _fresh_main()
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]


def _run_code(text: str, args: list[str]) -> None:
    sys.argv[:] = ["-c", *args]
    exec(_compiled(text.encode(), "<string>"), _fresh_main())


def _set_first_path(folder: str) -> None:
    """Put the program's folder where `python -c`, as which we were started, has its own (not with -I, -P)."""
    if sys.path and sys.path[0] == "":
        sys.path[0] = folder


def _compiled(content: bytes, filename: str) -> CodeType:
    return compile(content, filename, "exec", dont_inherit=True)


def _fresh_main(**names: Any) -> dict[str, Any]:
    """A `__main__` without what the first stage left in it."""
    module = type(sys)("__main__")
    module.__dict__.update(names, __builtins__=sys.modules["builtins"])
    sys.modules["__main__"] = module
    return module.__dict__


def _is_source(path: str) -> bool:
    """Whether the file is Python text, not a zip archive or compiled code."""
    with open(path, "rb") as file:
        head = file.read(4)
    return head[:2] != b"PK" and head[2:4] != b"\r\n" and not path.endswith(".pyc")


def _without_own(traceback: Any) -> Any:
    """The traceback from the first frame on that is not the agent's or `runpy`'s."""
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if not filename.startswith(("<remora>/", "<frozen runpy>")) and not filename.endswith("/runpy.py"):
            break
        traceback = traceback.tb_next
    return traceback
