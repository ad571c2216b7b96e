"""How the agent begins and ends in a process.

`start` is called once by the loader, on the thread that becomes the reader
(or on the main thread of a program that is launched); `add_client` by the
first stage of every later attach.  A fault here must not reach the program.
"""

from __future__ import annotations

import sys

from .debugger import Debugger
from .departure import take_apart
from .isolate import _thread
from .jobs import forget_thread
from .program_calls import ProgramCalls

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from typing import Any


def start(sock: _socket.socket, hello: dict[str, Any]) -> None:
    """Serve the client behind `sock`, and those that join, until the last has gone.

    With a program in `hello` (launch), that is run on this thread, and clients
    are served by another.  With an `entry`, a child process waits behind that lock.
    """
    program = hello.get("program")
    if program is None:
        _serve(Debugger(hello.get("entry"), hello.get("on_disconnect", "continue")), sock, hello)
        return
    from .launch import run_program, wait

    entry = _thread.allocate_lock()
    entry.acquire()
    debugger = Debugger(entry, hello["on_disconnect"])
    if program["kind"] == "file":
        debugger.sources.program = debugger.sources.canonical(program["value"])
    _thread.start_new_thread(_serve, (debugger, sock, hello))
    wait(entry, program)
    run_program(program, debugger)


def _serve(debugger: Debugger, sock: _socket.socket, hello: dict[str, Any]) -> None:
    package: Any = sys.modules["_remora"]
    package.add_client = debugger.reader.add
    calls = ProgramCalls(debugger)
    calls.offer(package)
    package.own_threads = debugger.tracer.own_threads()
    # The door of a prepared program has a thread, which is none of the program's.
    package.own_threads.update(hello.get("own_threads", ()))
    package.left_behind = debugger.left_behind
    package.pid = hello["pid"]
    debugger.announcer.watch_exit()
    try:
        debugger.run(sock, held=(hello.get("program") or {}).get("held", False))
    except BaseException as error:  # the wall: the session is over, and the program goes on
        debugger.announcer.fault(error)
    finally:
        package.add_client = _refuse
        calls.withdraw(package)
        debugger.announcer.ignore_exit()
        forget_thread()
        take_apart(debugger)
        if "program" in hello:
            # The loader comes back at the program's end only, and others may attach until then.
            package.__loader__.put_away()


def _refuse(sock: _socket.socket) -> bool:
    """The session has ended while a client was on its way: it sees the stream end, and may attach again."""
    sock.close()
    return False
