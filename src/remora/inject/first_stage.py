"""The first code of ours that runs in a target.  It travels as text, and is no module there.

Decides how to get from whatever thread it is run on to a thread of its own, how
to reach the controller and to know that it is the right one, and how to get and
start the loader.  It prints nothing, raises nothing into the program, and
leaves nothing behind when the controller does not answer.

`start` runs on a thread of the program, or on one that is there for it; `meet`
on the thread that becomes the agent's; `launched` on the main thread of a
program that we start; `child` on the one thread that a child process has yet.
"""

# No `from __future__`: that is a module too, and may not be loaded or readable there.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from typing import Any, Callable, Dict

#: Seconds
PATIENCE = 30


def start(
    address: "str | bytes", secret: bytes, meeting_place: str, script: str, is_own_thread: bool
) -> None:
    """Begin, and return at once.

    `address` is that of the controller's socket and `meeting_place` the
    directory that holds it, "" if it is in none; `script` is the file that this
    text came in, "" if in none.  `is_own_thread` says whether the thread that
    runs this is there for us alone.
    """
    import sys

    if script:
        _remove(script, "")
    import _thread

    # gevent replaces this function by one that starts no thread, and keeps the true one.
    saved = getattr(sys.modules.get("gevent.monkey"), "saved", {}).get("_thread", {})
    start_new_thread = saved.get("start_new_thread", _thread.start_new_thread)
    try:
        start_new_thread(meet, (address, secret, meeting_place, {}))
    except RuntimeError:
        # 3.12 starts no more threads once the main thread waits for the others to end.
        if is_own_thread:
            meet(address, secret, meeting_place, {})


def meet(address: "str | bytes", secret: bytes, meeting_place: str, hello: "Dict[str, Any]") -> None:
    """Connect to the controller, and be its agent's thread from then on; it gets `hello`."""
    import _thread
    import sys

    sock = None
    # An agent that is there already must not stop this thread, at a breakpoint in the import system, say.
    own_threads: Any = getattr(sys.modules.get("_remora"), "own_threads", set())
    ident = _thread.get_ident()
    own_threads.add(ident)
    try:
        leave_signals_to_the_program()
        sock = _connected(address, meeting_place)
        exchange(sock, secret, hello)
    except BaseException:
        if sock is not None:
            sock.close()
        return  # nobody is there to be told, and the program must not notice
    finally:
        own_threads.discard(ident)
        # These functions and their namespace refer to each other: the program may not look for such for long.
        # What is built in stays, which is looked for here by another first stage that runs meanwhile.
        space = globals()
        for name in [name for name in space if name != "__builtins__"]:
            del space[name]


def launched(fd: int, program: "Dict[str, Any]", door_size: int) -> None:
    """In a program that we start: `fd` is our end of the controller's socket pair.

    With a `door_size`, as many bytes come first that open a door for further controllers.
    """
    import sys

    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        # The working directory may hold a `json.py`, say, which is not what our modules are to import.
        del sys.path[0]
    import _socket
    import posix

    posix.set_inheritable(fd, False)
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fd)
    hello: Dict[str, Any] = {"program": program, "on_disconnect": program["on_disconnect"]}
    if door_size:
        door = _open_door(_receive(sock, door_size), program["on_disconnect"])
        hello["own_threads"] = door.threads
    exchange(sock, b"", hello)


def child(address: str, secret: bytes, patience: float) -> None:
    """In a process that a debuggee has started: come back when its client lets it go, or nobody takes it.

    The agent gets the lock that this thread waits for as `entry`.
    """
    import _thread

    entry = _thread.allocate_lock()
    entry.acquire()

    def serve() -> None:
        try:
            meet(address, secret, "", {"entry": entry})
        finally:
            if entry.locked():
                entry.release()

    _thread.start_new_thread(serve, ())
    entry.acquire(True, patience)


def exchange(sock: "socket", secret: bytes, hello: "Dict[str, Any]") -> None:
    """Say who we are, get the loader, and run it; it comes back at detach.

    The agent gets `hello` with `pid`, `tag`, `magic`, `present` and `digest` added.
    """
    agree(sock, secret, hello)()


def agree(sock: "socket", secret: bytes, hello: "Dict[str, Any]") -> "Callable[[], None]":
    """Say who we are, and hear what the controller wants: what is left to do for it.

    Nothing that comes is used unless `secret` comes first.  In a busy program
    each call that waits costs a switch interval, so there are as few as can be.
    Raises `EOFError` or `OSError` if the controller does not follow.
    """
    import marshal
    import sys

    asleep = _introduce(sock, hello)
    head = _receive(sock, len(secret) + 8)
    size = int.from_bytes(head[len(secret) :], "big")
    if head[: len(secret)] != secret:
        raise EOFError
    if size:
        loaded = marshal.loads(_receive(sock, size))
        _wait_as_long_as_it_takes(sock)
        return lambda: _load(sock, loaded, hello)
    _wait_as_long_as_it_takes(sock)
    if hello["present"]:
        return lambda: _join(sock, sys.modules["_remora"])
    return lambda: asleep.run_again(sock, hello)


def _introduce(sock: "socket", hello: "Dict[str, Any]") -> "Any":
    """Say who we are; the agent of an earlier session if there is one."""
    import _frozen_importlib_external
    import posix
    import sys

    hello["pid"] = posix.getpid()
    hello["tag"] = sys.implementation.cache_tag
    hello["magic"] = _frozen_importlib_external.MAGIC_NUMBER.hex()
    package = sys.modules.get("_remora")
    hello["present"] = package is not None
    asleep = put_away()
    hello["digest"] = asleep.digest if asleep else ""
    present = "true" if hello["present"] else "false"
    clients = ", ".join(map(_quoted, getattr(package, "client_names", list)()))
    names = '{"pid": %d, "tag": "%s", "magic": "%s", "present": %s, "digest": "%s", "clients": [%s]}'
    words = hello["pid"], hello["tag"], hello["magic"], present, hello["digest"], clients
    text = (names % words).encode("utf-8", "replace")
    sock.sendall(len(text).to_bytes(4, "big") + text)
    return asleep


def _quoted(name: str) -> str:
    """In JSON, without what would need escapes there, or be of no good on a terminal."""
    return '"%s"' % "".join(char if char.isprintable() and char not in '"\\' else "?" for char in name[:80])


def _join(sock: "socket", package: "Any") -> None:
    # An agent that is leaving refuses, and closes the connection.
    if package.add_client(sock) is not False:
        sock.sendall(bytes(8))
    else:
        sock.close()


def put_away() -> "Any":
    """The agent of an earlier session, the loader's `Modules`; None if the garbage collector has come by."""
    members: Any = type.__dict__
    namespace_of = members["__dict__"].__get__  # not `each.__dict__`: a metaclass could answer
    found = None
    for each in type.__subclasses__(complex):
        namespace = namespace_of(each)
        if namespace.get("__module__") == "_remora" and namespace["modules"].digest:
            found = namespace["modules"]
    return found


def _open_door(text: bytearray, on_disconnect: str) -> "Any":
    """The door that was opened.  `text` is of the modules `sessions` and `prepared.door`."""
    import marshal
    import sys

    modules = []
    for name, source in marshal.loads(text):
        module: Any = type(sys)(name)
        # Not a name of the agent's, which waits at its end for all that is called so to end.
        exec(compile(source, "<%s>" % name, "exec", 0, True), module.__dict__)
        modules.append(module)
    own: Any = type(sys)("remora.first_stage")
    own.__dict__.update(globals())
    sessions, door = modules
    opened = door.Door(sessions, own)
    opened.on_disconnect = on_disconnect
    opened.open()
    return opened


def _load(sock: "socket", loaded: "Dict[str, Any]", hello: "Dict[str, Any]") -> None:
    loader = loaded["loader"]
    if isinstance(loader, str):
        loader = compile(loader, "<remora>/loader.py", "exec", 0, True)
    scope: Dict[str, Any] = {"__name__": "_remora.loader"}
    exec(loader, scope)
    scope["run"](sock, loaded, hello)


def _connected(address: "str | bytes", meeting_place: str) -> "socket":
    import _socket

    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    # Not `settimeout`, with which each call waits twice.
    set_receive_timeout(sock, PATIENCE)
    try:
        sock.connect(address)
    finally:
        if meeting_place:
            _remove(str(address), meeting_place)
    return sock


def _receive(sock: "socket", size: int) -> bytearray:
    import _socket

    content = bytearray(size)
    view = memoryview(content)
    while view:
        count = sock.recv_into(view, 0, _socket.MSG_WAITALL)
        if not count:
            raise EOFError
        view = view[count:]
    return content


def _wait_as_long_as_it_takes(sock: "socket") -> None:
    set_receive_timeout(sock, 0)


def set_receive_timeout(sock: "socket", seconds: int) -> None:
    import _socket
    import sys

    # A `struct timeval`
    content = seconds.to_bytes(8, sys.byteorder) + bytes(8)
    sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_RCVTIMEO, content)


def leave_signals_to_the_program() -> None:
    import _signal  # type: ignore  # it is in no stub

    # ILL TRAP BUS FPE SEGV SYS stay: the kernel kills a thread that blocks those that it causes itself.
    _signal.pthread_sigmask(0, set(_signal.valid_signals()) - {4, 5, 7, 8, 11, 31})


def _remove(path: str, directory: str) -> None:
    import posix

    try:
        posix.unlink(path)
        if directory:
            posix.rmdir(directory)
    except OSError:
        return  # the controller was faster
