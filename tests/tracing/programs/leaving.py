class Expected(Exception):
    pass


def deepest():
    raise Expected


def middle():
    deepest()


middle()
