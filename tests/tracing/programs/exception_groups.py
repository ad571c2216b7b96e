# needs 3.11
def fails(n):
    raise ExceptionGroup("several", [ValueError(n), KeyError(n)])


def sift(n):
    caught = []
    try:
        fails(n)
    except* ValueError as group:
        caught.append(group)
    except* KeyError:
        caught.append(n)
    else:
        caught = None
    return caught


sift(1)
