def fails(n):
    if n:
        raise ValueError(n)
    return n


def guarded(n):
    try:
        fails(n)
    except ValueError as error:
        caught = error
    else:
        caught = None
    finally:
        done = True
    return caught, done


def through(n):
    try:
        fails(n)
    finally:
        cleaned = n


guarded(0)
guarded(1)
try:
    through(1)
except ValueError:
    last = 1
