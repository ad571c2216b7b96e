def double(n):
    return n * 2


def collect(limit):
    pairs = [
        (a, b)
        for a in range(limit)
        if a
        for b in range(a)
    ]
    doubled = [double(n) for n in range(limit)]
    inner = [[double(m) for m in range(n)] for n in range(2)]
    unique = {double(n) for n in range(2)}
    return pairs, doubled, inner, unique


collect(3)
lazy = (double(n) for n in range(2))
first = next(lazy)
rest = list(lazy)
total = sum(
    double(n)
    for n in range(2)
)
flags = [any(n for n in row) for row in ([0], [1])]
