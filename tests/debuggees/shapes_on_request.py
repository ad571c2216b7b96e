"""Stops among values of all shapes; its input is evaluated."""

import array
import collections
import sys

SHADOWED = "of the module"


class Key:
    """No literal makes it."""


class Loud(list):
    def __getitem__(self, index):
        print("code of the program ran", flush=True)
        return "something else"


class Account:
    __slots__ = ("_limit", "__secret", "owner")

    def __init__(self):
        self.owner, self._limit, self.__secret = "ann", 10, 42

    @property
    def balance(self):
        print("property asked", flush=True)
        return [255]

    def inside(self, SHADOWED):
        _kept = self.__secret
        return _kept, SHADOWED  # @inside


class Open:
    def __init__(self):
        self.plain = {1, 2}
        self._hidden = {"deep": [Account()]}

    def method(self):
        pass


def shapes():
    table = {"one": [1], (2, b"x"): {"k": {3}}, Key(): ["by place"], 0.5: {None: [True]}}
    frozen = frozenset([(1, 2)])
    loud = Loud([7])
    thing = Open()
    setattr(thing, "not a name", [1])
    setattr(thing, "__unmangled", [2])
    queue = collections.deque([["in a deque"]])
    pair = collections.namedtuple("Pair", "left right")([1], 2)
    views = table.keys()
    return here(table, frozen, loud, thing, queue, pair, views)  # @shapes


def here(*ignored):
    return len(ignored)


def buffers():
    fixed = b"0123456789"
    growing = bytearray(b"ab")
    changing = bytearray(b"abcdef")
    window = memoryview(changing)[2:4]
    every_other = memoryview(changing)[::2]
    numbers = array.array("H", [1, 2, 3])
    return fixed, growing, bytes(changing), list(numbers), bytes(window), bytes(every_other)  # @buffers


def settable(first=1):
    cell = 2
    items = {"key": [1, 2]}
    account = Account()

    def inner():
        nonlocal cell
        own = 3
        cell += 0  # @inner
        return own, cell

    found = inner()
    return first, cell, items, account.owner, found, SHADOWED  # @settable


print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
