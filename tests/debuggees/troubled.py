import os
import signal
import sys
import threading
import time

lock = threading.Lock()
lock.acquire()


class Endless:
    def __repr__(self):
        while True:
            pass


class Locked:
    def __repr__(self):
        with lock:
            return "free"


def interrupted(number, frame):
    raise KeyError("signal")


def child():
    pid = os.fork()
    if pid == 0:
        os._exit(inner(4))
    return os.WEXITSTATUS(os.waitpid(pid, 0)[1])


def inner(n):
    return n + 3  # @inner


signal.signal(signal.SIGUSR1, interrupted)
endless, locked = Endless(), Locked()
print("ready", flush=True)
while True:
    try:
        time.sleep(0.005)
        if os.path.exists(sys.argv[1]):
            print("child", child(), flush=True)
            time.sleep(0.05)
        here = 1  # @here
    except KeyError as error:
        print("caught", error, flush=True)
