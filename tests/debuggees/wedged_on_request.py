"""Stops among values that are slow to look at; its input is evaluated."""

import sys
import threading
import time

lock = threading.Lock()
held = threading.Event()


class Slow:
    def __repr__(self):
        while True:
            time.sleep(0.001)


class Locked:
    def __repr__(self):
        with lock:
            return "<unlocked>"


class Patient:
    def __init__(self):
        self.plain = 5

    @property
    def blocking(self):
        print("asked", flush=True)
        threading.Event().wait()


def holder():
    with lock:
        held.set()
        time.sleep(3600)


def slow():
    fast, slow, more = [1], Slow(), {"k": Slow()}
    return fast, len(more), slow is None  # @slow


def locked():
    threading.Thread(target=holder, daemon=True).start()
    held.wait()
    fast, locked = [1], Locked()
    return fast, locked is None  # @locked


def patient():
    fast, patient = [1], Patient()
    return fast, patient.plain  # @patient


def deep(n):
    return deep(n - 1) + 1 if n else 0  # @deep


def crowd(size):
    ready = threading.Barrier(size + 1)

    def idle():
        ready.wait()
        while True:
            time.sleep(0.01)

    for _ in range(size):
        threading.Thread(target=idle, daemon=True).start()
    ready.wait()
    return size  # @crowd


def large():
    few = list(range(100))
    numbers = list(range(1000000))
    return len(numbers)  # @large


sys.setrecursionlimit(10000)
threading.stack_size(64 << 20)
print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
