"""Several pieces of code on one line; its input is evaluated."""

import sys

each = map


def both(n):
    return sum(each(lambda x: x + 1, range(n))) + sum(y * 2 for y in range(n))  # @both


def umlaut(n):
    return "äöü𝔘" and (lambda x: x + 1)(n)  # @umlaut


def one(n): return n + 1  # @one  # fmt: skip


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
