"""Threads that count for ever and say so when they end; its input is evaluated on the main thread."""

import sys
import threading
import time

counts = {"a": 0, "b": 0}
gate = threading.Lock()
gate.acquire()


def count(name):
    try:
        while True:
            counts[name] += 1  # @count
            time.sleep(0.001)  # @slept
    finally:
        sys.stdout.write("ended %s\n" % name)  # in one piece


def waits():
    try:
        gate.acquire()
        before = 1
        print("never", before, flush=True)
    finally:
        print("ended waiting", flush=True)


def restarted(times, step=1):
    runs.append("first line")
    for number in range(times):
        times = number + step  # @inside
    with open("/dev/null") as file:
        found = file.name  # @with
    return found, times  # @last


def one_liner(x): return x + 1  # @one


def long_statement(x):
    before = x  # @before
    total = sum(
        [x,  # @second
         len("abc"),
         before],
    )  # @statement
    return total  # @after


def calls():
    found = one_liner(1)  # @call
    return found


def fails():
    runs.append("first line")
    raise KeyError(1)  # @raise


runs = []
for target, args in ((count, ("a",)), (count, ("b",)), (waits, ())):
    name = args[0] if args else "waits"
    threading.Thread(target=target, args=args, name=name, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    print("gave", eval(line), flush=True)
