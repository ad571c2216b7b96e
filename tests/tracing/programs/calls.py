def twice(function):
    def wrapper(*args):
        return function(function(*args))

    return wrapper


@twice
def add(n):
    return n + 1


def fact(n):
    if n < 2:
        return 1
    return n * fact(n - 1)


class Box:
    size = 3

    @property
    def area(self):
        return self.size * 2

    def __lt__(self, other):
        return self.size < other.size


value = add(1)
value = fact(3)
area = Box().area
order = sorted([3, 1, 2], key=lambda n: -n)
boxes = sorted([Box(), Box()])
exec("made = 1\nmade += 1")
