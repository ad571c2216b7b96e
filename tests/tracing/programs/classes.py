def register(*names):
    def decorate(kind):
        kind.names = names
        return kind

    return decorate


class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        return made


class Described:
    def __get__(self, instance, owner):
        return 7

    def __set_name__(self, owner, name):
        self.name = name


@register(
    "a",
    "b",
)
class Thing(metaclass=Meta):
    field = Described()
    both = [n for n in (1, 2)]

    def __init__(self, n):
        self.n = n

    def __getattr__(self, name):
        return len(name)


thing = Thing(3)
total = thing.n + thing.field + thing.missing
