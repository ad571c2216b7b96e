class Expected(Exception):
    pass


def dive(n):
    try:
        if n == 0:
            raise Expected("bottom")
        dive(n - 1)
    except Expected as error:
        if n < 2:
            raise
        raise Expected("again") from error
    finally:
        left = n


def walk(n):
    if n:
        yield n
        yield from walk(n - 1)


for n in walk(2):
    last = n
try:
    dive(3)
except Expected:
    last = None
dive(1)
