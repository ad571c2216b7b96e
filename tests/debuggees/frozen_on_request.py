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


def begin(function, *args):
    threading.Thread(target=function, args=args, daemon=True, name="named " + function.__name__).start()


def wedge(seconds=3600):
    """Keeps the GIL, in C."""
    print("wedged", flush=True)
    ctypes.PyDLL(None).sleep(seconds)  # @wedge


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
