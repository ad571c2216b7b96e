"""Threads of many kinds, and ways to answer nobody; its input is evaluated."""

import ctypes
import os
import select
import socket
import subprocess
import sys
import threading
import time

lock = threading.Lock()
lock.acquire()
pipe, _ = os.pipe()
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()


class Own:
    pass


def sleeper(number, text="held"):
    mapping, own = {"a": [1, 2], "b": None}, Own()
    time.sleep(3600)  # @sleeper
    return mapping, own, text


def locker():
    lock.acquire()  # @locker


def reader():
    os.read(pipe, 1)  # @reader


def accepter():
    server.accept()  # @accepter


def poller():
    select.epoll().poll()  # @poller


def spinner():
    count = 0
    while True:
        count += 1  # @spinner


def descending(depth=0):
    """Its stack is never the same for long."""
    while True:
        if depth < 30:
            descending(depth + 1)
        return


def restless():
    while True:
        descending()


def waiter():
    subprocess.run(["sleep", "3600"])


def values():
    numbers = dict(zip(range(100_000), range(100_000)))
    few = dict(list(numbers.items())[:2])
    text, raw, accents = "x" * 1000, b"\0\1", "h\u00e9\u65e5"
    own_list, own_dict = [], {}
    own_list.append(own_list)
    own_dict["self"] = own_dict
    number, large, real, no, yes = -(10**20), 1 << 10_000, 1.5, None, True
    one, members, nothing, kind, control = (1,), {"m"}, frozenset(), int, "\x1b[31m"
    items = list(range(50))
    time.sleep(3600)  # @values
    return few, text, raw, accents, number, large, real, no, yes, one, members, nothing, kind, control, items


def consumer():
    import _queue

    items = _queue.SimpleQueue()
    items.get()  # @consumer


def opener():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fifo-%d" % os.getpid())
    os.mkfifo(path)
    open(path)  # @opener


def collector():
    import gc

    gc.callbacks.append(lambda *_: ctypes.PyDLL(None).sleep(3600))
    print("collects", flush=True)
    gc.collect()


def hub():
    exec(compile("import time\ndef run(): time.sleep(3600)\nrun()", "/lib/gevent/hub.py", "exec"), {})


def enters():
    """Another interpreter."""
    source = "import time\ndef inside(): time.sleep(3600)\ninside()"
    try:
        import _interpreters

        _interpreters.exec(_interpreters.create(), source)
    except ImportError:
        import _xxsubinterpreters

        _xxsubinterpreters.run_string(_xxsubinterpreters.create(), source)


def begin(function, *args):
    threading.Thread(target=function, args=args, daemon=True, name="named " + function.__name__).start()


def wedge(seconds=3600):
    """Keeps the GIL, in C."""
    print("wedged", flush=True)
    ctypes.PyDLL(None).sleep(seconds)  # @wedge


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
