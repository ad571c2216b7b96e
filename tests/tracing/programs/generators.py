def numbers(limit):
    n = 0
    while n < limit:
        yield n
        n += 1


def both(limit):
    yield from numbers(limit)
    yield -1


total = 0
for number in both(2):
    total += number
pairs = list(a * 2 for a in numbers(2))
echo = numbers(3)
next(echo)
echo.close()
