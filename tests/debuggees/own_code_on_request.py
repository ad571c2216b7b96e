"""Code of its own that libraries call, and the other way round; its input is evaluated."""

import contextlib
import dataclasses
import functools
import importlib
import json
import sys


@contextlib.contextmanager
def resource(x):
    held = x  # @held
    yield held  # @yield
    held = None  # @given_back


@functools.singledispatch
def dispatched(x):
    return x  # @dispatched


@dataclasses.dataclass
class Point:
    x: int


def counted(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)  # @wrapper

    return wrapper


@counted
def decorated(x):
    return x  # @decorated


def dispatches(x):
    y = dispatched(x)  # @dispatch
    return y  # @after_dispatch


def manages(x):
    with resource(x) as held:  # @with
        y = held  # @inside
    return y  # @after_with


def imports(name):
    module = importlib.import_module(name)  # @import
    return module.VALUE  # @after_import


def builds(x):
    point = Point(x)  # @builds
    return point.x  # @after_builds


def hook(pairs):
    value = len(pairs)  # @hook
    return value  # @hook_end


def loads(x):
    found = json.loads('[{"a": 1}, {"b": 2}]', object_hook=hook)  # @loads
    return found  # @after_loads


def fails(x):
    try:
        return json.loads("{")  # @fails
    except ValueError:
        return "failed"


def exits(code):
    sys.exit(code)  # @exits


def caught_exit(code):
    try:
        exits(code)
    except SystemExit:
        return "exit"


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
