import functools


class Key:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

    def __hash__(self):
        return self.n

    def __eq__(self, other):
        return self.n == other.n

    def __repr__(self):
        return "Key %d" % self.n


keys = sorted([Key(2), Key(1)])
found = {Key(1): 1}[Key(1)]
text = "%s" % keys[0]
total = functools.reduce(
    lambda a, b: a + b,
    map(lambda key: key.n, keys),
)
best = max(keys, key=lambda key: (
    -key.n,
    1,
))
cached = functools.lru_cache(None)(lambda n: n)
cached(1)
cached(1)
