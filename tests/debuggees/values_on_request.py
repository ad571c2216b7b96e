"""Stops with values of many kinds; its input is evaluated."""

import collections
import sys
import time


class Slow:
    def __repr__(self):
        time.sleep(3600)


class Broken:
    def __repr__(self):
        raise RuntimeError("no repr")


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def stop(first, second=2, *rest, **named):
    outer = "seen by a nested function"
    numbers = list(range(1000000))
    table = {"one": 1, (2, 3): [4], "nested": {"deep": Point(1, 2)}}
    point = Point(3, 4)
    broken = Broken()
    text = "x" * 100000
    queue = collections.deque(range(5))

    def inner():
        return outer  # @inner

    called = inner()
    here = len(numbers)  # @here
    return here, first, second, rest, table["one"], point.x, called


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
