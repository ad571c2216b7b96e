"""Never gives the GIL back: a call of C sleeps with it."""

import ctypes
import threading
import time


def worker():
    time.sleep(3600)  # @worker


def deep(depth, password="hunter2"):
    numbers = {"a": [1, 2, 3]}
    if depth:
        return deep(depth - 1)  # @recursion
    print("ready", flush=True)
    ctypes.PyDLL(None).sleep(3600)  # @held
    return numbers


threading.Thread(target=worker, name="worker", daemon=True).start()
deep(2)  # @module
