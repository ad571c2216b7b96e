"""Threads with deep stacks and many values; the main thread watches the clock when it is told to.

A line of input is a number of milliseconds; the answer is the longest time, in
milliseconds, by which a beat came late meanwhile.
"""

import os
import sys
import threading
import time

THREADS, FRAMES, BEAT = 8, 22, 0.001


class Own:
    pass


def descend(depth):
    numbers, mapping, text, own = list(range(50)), {str(n): n for n in range(50)}, "x" * 100, Own()
    if depth:
        descend(depth - 1)
    time.sleep(3600)
    return numbers, mapping, text, own


def longest_delay(seconds):
    longest, last = 0.0, time.perf_counter()
    end = last + seconds
    while last < end:
        time.sleep(BEAT)
        now = time.perf_counter()
        longest, last = max(longest, now - last - BEAT), now
    return longest


for _ in range(THREADS):
    threading.Thread(target=descend, args=(FRAMES - 1,), daemon=True).start()
try:
    # Others that want the processor shall not be taken for a stop.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
except PermissionError:
    print("without priority", flush=True)
print("ready", flush=True)
for line in sys.stdin:
    print("begun", flush=True)
    print("delayed %f" % (longest_delay(int(line) / 1000) * 1000), flush=True)
