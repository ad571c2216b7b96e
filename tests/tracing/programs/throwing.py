def careful():
    got = None
    while True:
        try:
            got = yield got
        except KeyError:
            got = "caught"
        except GeneratorExit:
            closed = True
            return


def outer():
    result = yield from inner()
    yield result


def inner():
    try:
        yield 1
    except ValueError:
        yield 2
    return 3


one = careful()
next(one)
one.send(5)
one.throw(KeyError())
one.close()
two = outer()
next(two)
two.throw(ValueError())
list(two)
try:
    two.throw(ValueError())
except ValueError:
    finished = True
