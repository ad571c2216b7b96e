"""Functions that can be named in several ways; its input names those to be called."""

import functools
import sys


def plain(x):
    """What stands before the first line that runs."""
    return x  # @plain


class Thing:
    def method(self, x):
        return x  # @method

    @classmethod
    def maker(cls, x):
        return x  # @maker

    @staticmethod
    def plain(x):
        return x  # @static

    @property
    def size(self):
        return 1  # @size


def kept(function):
    @functools.wraps(function)
    def wrapper(*words):
        return function(*words)

    return wrapper


@kept
@kept
def decorated(x):
    return x  # @decorated


def recursive(n):
    return int(n) and recursive(int(n) - 1)  # @recursive


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
