"""Calls, returns, yields and raises, in the way that its input names."""

import sys


def double(x):
    return x * 2  # @double


def short(x): return x  # @short  # fmt: skip  # noqa: E704


def nested(x):
    y = x  # @nested
    z = double(y)  # @calls
    return z  # @returns


def fails(x):
    try:
        int("x" * x)  # @fails
    except ValueError:
        x = 0  # @handles
    return x


def counted(x):
    yield x  # @yields
    yield x + 1


def drains(x):
    total = 0  # @drains
    for n in counted(x):
        total += n
    return total


def calls_short(x):
    y = short(x)  # @calls_short
    return y  # @short_done


def spins(x):
    while x: x -= 1  # @spins  # fmt: skip  # noqa: E701
    return x  # @spun


print("ready", flush=True)
for line in sys.stdin:
    name, x = line.split()
    print("gave", globals()[name](int(x)), flush=True)
