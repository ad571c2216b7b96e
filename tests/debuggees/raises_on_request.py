"""Raises exceptions in the way that its input names."""

import json
import sys
import threading


class Problem(ValueError):
    def __init__(self, code):
        super().__init__("problem %d" % code)
        self.code = code


def deep(code):
    raise Problem(code)  # @raise


def middle(code):
    detail = code * 2
    deep(code)  # @middle
    return detail


def caught(code):
    try:
        middle(code)
    except Problem as problem:
        try:
            {}["missing"]  # @second
        except KeyError as error:
            return str(error.__context__ is problem)


def through_library(code):
    def hook(value):
        raise Problem(code)  # @hook

    try:
        json.loads("{}", object_hook=hook)
    except Problem:
        return "caught"


def in_thread(code):
    thread = threading.Thread(target=middle, args=(code,))
    thread.start()
    thread.join()


def loops(code):
    return [n for n in iter([1, 2])] + list(n for n in range(code))


print("ready", flush=True)
for line in sys.stdin:
    name, code = line.split()
    print("gave", globals()[name](int(code)), flush=True)
