import time


class Counter:
    def __init__(self):
        self.total = 0

    def add(self, n):
        self.total += n  # @add
        return self.total


def body(i, counter):
    double = i * 2  # @body
    counter.add(double)  # @call
    return double  # @return


def risky(i):
    try:
        if i % 2:
            raise KeyError(i)  # @raise
    except KeyError:
        return None  # @handler
    return i


def main():
    counter = Counter()
    i = 0
    while True:
        i += 1
        body(i, counter)  # @loop
        risky(i)
        time.sleep(0.002)


print("ready", flush=True)
main()
