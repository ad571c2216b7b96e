"""What is looked at by instruction, signal and exception."""

import os
import signal
import time


def double(x):
    return x * 2  # @double


class Cart:
    def total(self, n=1):
        return n

    @classmethod
    def made(cls):
        return cls()


def told(number, frame):
    print("got", number, flush=True)


def serve(key):
    table = {"tea": 4}
    try:
        return table[key]  # @missing
    except KeyError as error:
        return repr(error)  # @handling


def work(key):
    once = 4  # @once
    twice = double(once)  # @twice
    os.kill(os.getpid(), signal.SIGUSR1)
    return serve(key), twice


signal.signal(signal.SIGUSR1, told)
print("ready", flush=True)
while True:
    work("coffee")
    time.sleep(0.05)
