"""Its input has a thread begin that `threading` does not know; each takes the place of the last one, with its ident."""

import _thread
import sys


def work(ended, ends):
    while not ends.acquire(True, 0.01):
        step()
    ended.release()


def step():
    return 1  # @step


print("ready", flush=True)
idents = []
before = None
for line in sys.stdin:
    if before is not None:
        ended, ends = before
        ends.release()
        ended.acquire()
    ended, ends = before = _thread.allocate_lock(), _thread.allocate_lock()
    ended.acquire()
    ends.acquire()
    idents.append(_thread.start_new_thread(work, before))
    print("began", "again" if idents[-1] in idents[:-1] else "anew", flush=True)
