import contextlib


@contextlib.contextmanager
def span(name):
    try:
        yield name
    finally:
        closed = name


class Plain:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is KeyError


def work(n):
    with span("a") as a, Plain():
        if n == 1:
            return a
        if n == 2:
            raise KeyError
    with Plain():
        for i in range(2):
            with span(i):
                continue
    return n


for n in range(3):
    work(n)
