"""Functions and classes to be told about."""

import functools
import sys


class Shelf:
    """Holds things."""

    class Board:
        pass

    def __init__(self, width, *, depth=3):
        self.width = width

    def put(self, thing, where=None):
        """Put something there.

        It stays.
        """
        return thing  # @put

    def __repr__(self):
        return "<Shelf>"


def keep(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


def total(prices, /, *more, rate=1.5, **options):
    shelf = Shelf(4)
    return shelf, prices  # @total


wrapped = keep(total)
print("ready", flush=True)
for line in sys.stdin:
    print("gave", total(line.strip())[1], flush=True)
