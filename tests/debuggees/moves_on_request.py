"""Ways to go from line to line; its input is evaluated."""

import sys
import threading


def leaf(x):
    return x + 1  # @leaf


def other(x):
    return x * 2  # @other


def calls(x):
    before = x  # @before
    result = leaf(other(x)) + leaf(5)  # @several
    return result + before  # @after


def often(n):
    return often(n - 1) + 1 if n else 0


def calls_often(n):
    depth = often(n)  # @often
    return depth  # @afterwards


def raises(x):
    try:
        for i in range(3):
            if i == x:  # @test
                raise KeyError(x)
    finally:
        done = True  # @finally
    return done


def values(x):
    yield x  # @first
    yield leaf(x)  # @second


def consumes(x):
    found = []  # @found
    for value in values(x):  # @loop
        found.append(value)  # @append
    return found  # @end


def blocked(event):
    event.wait()
    return leaf(1)  # @released


def asks(x):
    breakpoint()
    return x + 1  # @asked


events = [threading.Event()]
print("ready", flush=True)
for line in sys.stdin:
    try:
        print("gave", eval(line), flush=True)
    except KeyError as error:
        print("gave KeyError", error, flush=True)
