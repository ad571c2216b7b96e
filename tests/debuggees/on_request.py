"""Calls the functions that its input names."""

import importlib
import sys


def count(n):
    for i in range(int(n)):
        double = i * 2  # @double
    return double


def nested(n):
    def inner(x):
        return x + 1  # @inner

    return inner(int(n))


def redefine(n):
    namespace = {}
    exec(compile("def fresh(x):\n    y = x\n    return y\n", "<fresh>", "exec"), namespace)
    return namespace["fresh"](n)


def build():
    class Built:
        field = 1  # @field
    return Built


def load(name):
    module = sys.modules.get(name)
    module = importlib.reload(module) if module else importlib.import_module(name)
    return module.late(2)


print("ready", flush=True)
for line in sys.stdin:
    name, *words = line.split()
    print("gave", globals()[name](*words), flush=True)  # @last
