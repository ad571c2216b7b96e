"""Threads that wait for each other for ever, or never do: `locks.py CASE`."""

import contextlib
import ctypes
import functools
import os
import sys
import threading
import time

LIBC = ctypes.CDLL(None)
GIL_HOLDING_LIBC = ctypes.PyDLL(None)


class Account:
    def __init__(self, lock):
        self.lock = lock


def start(name, function, *args):
    thread = threading.Thread(target=function, name=name, args=args, daemon=True)
    thread.start()
    return thread


def take_both(first, second, together):
    with first:
        together.wait()
        with second:
            raise SystemExit("no deadlock")


def ring(*locks):
    together = threading.Barrier(len(locks))
    for number, lock in enumerate(locks):
        start("ring-%d" % number, take_both, lock, locks[(number + 1) % len(locks)], together)


def plain():
    ring(threading.Lock(), threading.Lock())


def reentrant():
    ring(threading.RLock(), threading.RLock())


def three():
    ring(threading.Lock(), threading.RLock(), threading.Lock())


def conditions():
    ring(threading.Condition(threading.Lock()), threading.Condition())


def named():
    def transfer(source, target):
        with source.lock:
            together.wait()
            with target.lock:
                raise SystemExit("no deadlock")

    together = threading.Barrier(2)
    ours, theirs = Account(threading.Lock()), Account(threading.Lock())
    start("there", transfer, ours, theirs)
    start("back", transfer, theirs, ours)


def managed():
    @contextlib.contextmanager
    def holding(lock):
        with lock:
            yield

    def both(first, second):
        with holding(first):
            together.wait()
            with holding(second):
                raise SystemExit("no deadlock")

    together = threading.Barrier(2)
    one, two = threading.Lock(), threading.Lock()
    start("one", both, one, two)
    start("two", both, two, one)


def acquired():
    def both(first, second):
        first.acquire()
        try:
            together.wait()
            second.acquire()
            second.release()
        finally:
            first.release()

    together = threading.Barrier(2)
    one, two = threading.Lock(), threading.Lock()
    start("one", both, one, two)
    start("two", both, two, one)


class Guard:
    """Takes its lock in a method, and gives it back in another one."""

    def __init__(self, lock):
        self.lock = lock

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *exc_info):
        self.release()

    def acquire(self, *args):
        return self.lock.acquire(*args)

    def release(self):
        self.lock.release()


class Shared:
    lock = threading.Lock()
    __slots__ = ("__slot",)

    def __init__(self, lock):
        self.__slot = lock

    def by_class(self, step):
        self.lock.acquire()
        step()
        self.lock.release()

    def by_slot(self, step):
        got = self.__slot.acquire(timeout=1000)
        if not got:
            return
        try:
            step()
        finally:
            self.__slot.release()


class Ways:
    """Ways to take one of these locks and to make a step with it."""

    def __init__(self):
        self.locks = {name: threading.Lock() for name in ("an element", "another", "another's")}
        self.numbered = {7: [None, threading.Lock()]}
        self.condition = threading.Condition(threading.Lock())

    def by_element(self, step):
        if self.locks["an element"].acquire(False):
            step()
            self.locks["an element"].release()

    def by_number(self, step):
        key = 7
        while not self.numbered[key][1].acquire(timeout=1000):
            pass
        step()
        self.numbered[key][1].release()

    def by_condition(self, step):
        self.condition.acquire()
        try:
            step()
        finally:
            self.condition.release()

    def by_with(self, step):
        with self.locks["another"]:
            step()
            self.locks["another's"].release()


def by_guard(lock, step):
    with Guard(lock):
        step()


def by_stack(lock, step):
    with contextlib.ExitStack() as stack:
        stack.enter_context(threading.Lock())
        stack.enter_context(lock)
        step()


def by_generator(lock, step):
    def generator():
        with lock:
            yield
            yield

    for _ in generator():
        step()


def by_manager(lock, step):
    @contextlib.contextmanager
    def taking():
        lock.acquire()
        try:
            yield
        finally:
            lock.release()

    with taking():
        step()


def ways():
    """A ring in which everybody has taken a lock in another way."""
    these, plain = Ways(), [threading.Lock() for _ in range(5)]
    around = [
        (these.by_element, these.locks["an element"]),
        (these.by_number, these.numbered[7][1]),
        (these.by_condition, these.condition),
        (these.by_with, these.locks["another"]),
        (functools.partial(by_guard, plain[0]), plain[0]),
        (functools.partial(by_stack, plain[1]), plain[1]),
        (functools.partial(by_generator, plain[2]), plain[2]),
        (functools.partial(by_manager, plain[3]), plain[3]),
        (Shared(plain[4]).by_slot, plain[4]),
        (Shared(None).by_class, Shared.lock),
    ]
    together = threading.Barrier(len(around))

    def then(following):
        def step():
            together.wait()
            with following:
                raise SystemExit("no deadlock")

        return step

    for number, (take, _) in enumerate(around):
        start("ring-%d" % number, take, then(around[(number + 1) % len(around)][1]))


def itself_by_hand():
    class Cache:
        def __init__(self):
            self.lock = threading.Lock()

        def first(self):
            self.lock.acquire()
            count = self.size()
            self.lock.release()
            return count

        def size(self):
            self.lock.acquire()
            try:
                return 0
            finally:
                self.lock.release()

    start("selfish", Cache().first)


def itself():
    def twice(lock):
        with lock:
            with lock:
                raise SystemExit("no deadlock")

    start("selfish", twice, threading.Lock())


def joined():
    def work(lock):
        with lock:
            raise SystemExit("no deadlock")

    def boss():
        lock = threading.Lock()
        with lock:
            start("worker", work, lock).join()

    start("boss", boss)


def importing():
    """One imports a module that wants a lock; who has the lock wants the module."""
    with open("wants_lock.py", "w") as file:
        file.write("import __main__\n__main__.begun.set()\nwith __main__.wanted:\n    pass\n")

    def has_lock():
        with wanted:
            start("imports", __import__, "wants_lock")
            begun.wait()
            import wants_lock

            raise SystemExit("no deadlock: %s" % wants_lock)

    global wanted, begun
    wanted, begun = threading.Lock(), threading.Event()
    sys.path.insert(0, os.getcwd())
    start("has the lock", has_lock)


def ending():
    """The main thread has come to its end."""
    thread = threading.Thread(target=threading.Event().wait, name="stays")
    thread.start()
    ready()
    sys.exit()


def gil():
    """One has a mutex of C and wants the GIL; the other has the GIL and wants the mutex."""

    def holds_mutex():
        LIBC.pthread_mutex_lock(mutex)
        taken.set()
        while True:
            pass

    def holds_gil():
        GIL_HOLDING_LIBC.pthread_mutex_lock(mutex)

    mutex = ctypes.create_string_buffer(64)
    taken = threading.Event()
    start("has the mutex", holds_mutex)
    taken.wait()
    ready()
    start("has the GIL", holds_gil)


def waiting():
    """Nobody waits for what another holds, whatever it looks like."""

    def notified(condition):
        with condition:
            condition.wait()

    def let_go(lock, other):
        with lock:
            lock.release()
            other.acquire()
            lock.acquire()

    def for_a_time(first, second, together):
        with first:
            together.wait()
            second.acquire(timeout=1000)

    def relieved(lock, other, together):
        with lock:
            together.wait()
            with other:
                pass

    def relief(lock, together):
        """Gives another one's lock back, and takes it in a way that no text tells."""
        take = lock.acquire
        together.wait()
        lock.release()
        take()
        relieving.set()
        threading.Event().wait()

    def deceived(lock, other, together):
        with other:
            together.wait()
            relieving.wait()
            with lock:
                pass

    relieving = threading.Event()
    given, other, together = threading.Lock(), threading.Lock(), threading.Barrier(3)
    start("relieved", relieved, given, other, together)
    start("relief", relief, given, together)
    start("deceived", deceived, given, other, together)
    plain = threading.Condition(threading.Lock())
    start("notified", notified, plain)
    start("notified too", notified, plain)
    lock, other = threading.Lock(), threading.Lock()
    other.acquire()
    start("let go", let_go, lock, other)
    start("signalled", threading.Event().wait)
    together = threading.Barrier(2)
    one, two = threading.Lock(), threading.Lock()
    start("for a time", for_a_time, one, two, together)
    start("for ever", take_both, two, one, together)


def names():
    threading.main_thread().name = "chief"
    start("a name that is longer than the kernel's", threading.Event().wait)
    start("N\u00e4me, \u540d\u524d, \U0001f41f", threading.Event().wait)


def computing():
    """One computes for ever with a lock; another wants it."""

    def computes(lock):
        with lock:
            ready()
            while True:
                sum(range(100))

    def wants(lock):
        with lock:
            pass

    lock = threading.Lock()
    start("computes", computes, lock)
    start("wants", wants, lock)


def signals():
    """Locks that one thread takes and another gives back, as signals."""

    def rally(ours, theirs):
        while True:
            ours.acquire()
            time.sleep(0.0001)
            theirs.release()

    def hand_over(first, second):
        while True:
            first.acquire()
            second.acquire()
            second.release()
            first.release()

    def waits_twice(lock):
        lock.acquire()
        lock.acquire()
        lock.release()

    ping, pong = threading.Lock(), threading.Lock()
    pong.acquire()
    start("ping", rally, ping, pong)
    start("pong", rally, pong, ping)
    one, two = threading.Lock(), threading.Lock()
    start("hands over", hand_over, one, two)
    start("hands over too", hand_over, one, two)
    start("waits twice", waits_twice, threading.Lock())


def busy():
    """Everybody takes locks in an order in which nothing can go wrong, as fast as they can."""
    locks = [threading.Lock(), threading.RLock(), threading.Condition(threading.Lock()), threading.Lock()]

    def in_order(step):
        count = 0
        while True:
            count += step
            chosen = [lock for number, lock in enumerate(locks) if count >> number & 1]
            with contextlib.ExitStack() as stack:
                for lock in chosen:
                    stack.enter_context(lock)
                    sum(range(50))

    def nested():
        while True:
            with locks[0]:
                with locks[1]:
                    with locks[2]:
                        locks[2].notify_all()
                        with locks[3]:
                            sum(range(300))
                            time.sleep(0.0005)  # somebody waits for a lock, however busy the machine is

    def waits():
        while True:
            with locks[2]:
                locks[2].wait(0.001)

    def tries():
        while True:
            with locks[3]:
                if locks[0].acquire(timeout=0.001):
                    locks[0].release()

    for number in range(3):
        start("in order %d" % number, in_order, number * 2 + 1)
        start("nested %d" % number, nested)
    start("waits", waits)
    start("tries", tries)


def ready():
    print("ready", flush=True)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
globals()[sys.argv[1]]()
ready()
while True:
    time.sleep(1000)
