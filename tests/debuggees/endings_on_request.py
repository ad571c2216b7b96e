"""Ends, forks and is interrupted in the way that its input names."""

import os
import signal
import sys
import threading


def leave(status):
    sys.exit(status)  # @leave


def fork():
    pid = os.fork()
    if pid == 0:
        code = in_child(1)
        os._exit(code)
    return os.waitpid(pid, 0)[1] >> 8


def in_child(x):
    try:
        raise ValueError(x)
    except ValueError:
        x += 40  # @child
    return x


def run_threads():
    workers = [threading.Thread(target=in_child, args=(n,)) for n in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


print("ready", flush=True)
for line in sys.stdin:
    try:
        print("gave", eval(line), flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
