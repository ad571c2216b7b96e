"""Counts on and on on a thread, checks every number, and says how it went when it is sent a line."""

import sys
import threading

counted = 0
wrong = 0


def total(n):
    found = 0
    for i in range(n):
        found += i  # @add
    return found


def count():
    global counted, wrong
    while True:
        before = counted
        if total(20) != 190 or counted != before:
            wrong += 1
        counted += 1


threading.Thread(target=count, daemon=True).start()
print("ready", flush=True)
for _ in sys.stdin:
    print("counted", counted, wrong, flush=True)
