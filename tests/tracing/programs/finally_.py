def early(n):
    try:
        if n:
            return "early"
    finally:
        n += 1
    return "late"


def loop():
    for n in range(3):
        try:
            if n == 0:
                continue
            break
        finally:
            last = n
    return last


def chained():
    try:
        try:
            1 / 0
        finally:
            cleaned = True
    except ZeroDivisionError:
        try:
            raise KeyError from None
        except (KeyError, ValueError):
            pass
    return cleaned


early(0)
early(1)
loop()
chained()
