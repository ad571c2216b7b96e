"""Holds objects to look at; its input is evaluated."""

import sys
import threading

counter = [3]


class Lazy:
    def __init__(self):
        self.asked = 0

    @property
    def value(self):
        self.asked += 1
        return self.asked


lazy = Lazy()


def called():
    return "called"  # @called


def fails(*args):
    """Raises."""
    try:
        raise KeyError("cause")
    except KeyError as error:
        raise ValueError("of the program") from error


def loop():
    while True:
        threading.Event().wait(0.05)


threading.Thread(target=loop, daemon=True, name="looper").start()
print("ready", flush=True)
for line in sys.stdin:
    try:
        print("gave", repr(eval(line)), flush=True)
    except BaseException as error:
        print("failed", repr(error), flush=True)
