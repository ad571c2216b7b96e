"""A program in one of many states, named by its argument.  SIGUSR1 ends it, with status 7, in each."""

import asyncio
import ctypes
import hashlib
import os
import signal
import socket
import sys
import threading
import time


def ready():
    print("ready", flush=True)


def busy():
    ready()
    spin()


def spin():
    while True:
        sum(range(1000))


def one_line():
    ready()
    i = 0
    while True:
        i += 1


def allocating():
    ready()
    while True:
        [bytearray(n) for n in range(1000, 3000)]


def asleep():
    ready()
    time.sleep(3600)


def accepting():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    ready()
    listener.accept()


def locked():
    lock = threading.Lock()
    lock.acquire()
    ready()
    lock.acquire()


def joining():
    thread = threading.Thread(target=time.sleep, args=(3600,), daemon=True)
    thread.start()
    ready()
    thread.join()


def in_asyncio():
    async def wait():
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        ready()
        await asyncio.get_running_loop().sock_recv(ours, 1)
        theirs.close()

    asyncio.run(wait())


def in_c():
    ready()
    while True:
        hashlib.pbkdf2_hmac("sha256", b"", b"", 500_000)


def many_threads():
    for number in range(50):
        work = spin if number < 3 else threading.Event().wait
        threading.Thread(target=work, daemon=True).start()
    ready()
    time.sleep(3600)


def main_has_returned():
    ready()
    threading.Thread(target=time.sleep, args=(3600,)).start()


def main_has_exited():
    # Signals are handled in the main thread alone, so another one must wait for this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    threading.Thread(target=lambda: (signal.sigwait([signal.SIGUSR1]), os._exit(7))).start()
    ready()
    ctypes.CDLL(None).pthread_exit(None)


def another_user():
    import _socket  # noqa: F401 - this user may not be able to read the library

    os.setgid(65534)
    os.setuid(65534)
    ready()
    time.sleep(3600)


signal.signal(signal.SIGUSR1, lambda *_: os._exit(7))
globals()[sys.argv[1]]()
