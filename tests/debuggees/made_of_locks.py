"""Threads that wait for what the standard library makes of locks: `made_of_locks.py CASE`."""

import concurrent.futures
import io
import os
import queue
import sys
import threading
import time


def start(name, function, *args):
    threading.Thread(target=function, name=name, args=args, daemon=True).start()


def results():
    """Jobs of a pool that wait for each other."""

    def job(other):
        begun.wait()
        return futures[other].result()

    begun, futures = threading.Event(), []
    pool = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="pool")
    for other in (1, 0):
        futures.append(pool.submit(job, other))
    begun.set()


def full_pool():
    """Jobs that wait for jobs which their pool has no thread for."""

    def outer():
        together.wait()
        return pool.submit(print).result()

    together = threading.Barrier(2)
    pool = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="pool")
    for _ in range(2):
        pool.submit(outer)


def awaiting():
    """Everybody waits for something else that is made of locks."""

    def takes(semaphore):
        with semaphore:
            pass

    empty, full, simple = queue.Queue(), queue.Queue(1), queue.SimpleQueue()
    full.put(None)
    start("event", lambda event: event.wait(), threading.Event())
    start("semaphore", takes, threading.Semaphore(0))
    start("barrier", lambda barrier: barrier.wait(), threading.Barrier(2))
    start("get", lambda: empty.get())
    start("put", lambda: full.put(None))
    start("end", lambda: full.join())
    start("simple", lambda: simple.get())
    pool = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="pool")
    running, pending = pool.submit(lambda: simple.get()), pool.submit(print)
    start("running", lambda: running.result())
    start("pending", lambda: pending.result())


def left_behind():
    """The child of a fork wants a lock that a thread of its parent has."""

    def has(lock):
        with lock:
            held.set()
            time.sleep(1000)

    lock, held = threading.RLock(), threading.Event()
    start("has", has, lock)
    held.wait()
    pid = os.fork()
    if pid:
        print("child", pid, flush=True)
    else:
        lock.acquire()


def writing():
    """One writes into a pipe that nobody reads, with a lock; the other wants the lock and has the file."""

    def notes(lock):
        with lock:
            inside.set()
            together.wait()
            out.write("x")
            out.flush()

    class Full(io.RawIOBase):
        def writable(self):
            return True

        def write(self, text):
            together.wait()
            with lock:
                raise SystemExit("no deadlock")

    def writes():
        inside.wait()
        out.write("x" * 100000)

    lock, inside, together = threading.Lock(), threading.Event(), threading.Barrier(2)
    out = io.TextIOWrapper(io.BufferedWriter(Full(), 10))
    start("has the lock", notes, lock)
    start("has the file", writes)


globals()[sys.argv[1]]()
print("ready", flush=True)
while True:
    time.sleep(1000)
