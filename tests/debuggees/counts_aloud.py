"""Says one number after the other; who reads them sees whether one is missing."""

import time


def double(n):
    twice = n * 2  # @double
    time.sleep(0.02)  # @sleep
    return twice


print("ready", flush=True)
number = 0
while True:
    number += 1
    if double(number) != 2 * number:
        print("wrong", flush=True)
    print("number", number, flush=True)
