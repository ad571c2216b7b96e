def outer(n):
    kept = n

    def inner(step):
        nonlocal kept
        kept += step
        return kept

    class Local:
        start = n

        def value(self):
            return inner(self.start)

    return Local().value()


outer(1)
outer(2)
short = lambda n: n + 1
short(short(1))
def one_line(n): return n * 2
one_line(3)
