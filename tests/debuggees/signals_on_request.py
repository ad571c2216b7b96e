"""Gets signals, and says what it got."""

import os
import signal
import sys
import threading


def told(number, frame):
    sys.stdout.write("got %s\n" % signal.Signals(number).name)  # @told  (in one piece)


def raises(number, frame):
    raise KeyError("from the handler")


def idle(_):
    here = 1  # @idle
    return here  # @next


def sends(name):
    os.kill(os.getpid(), getattr(signal, name))
    after = 1  # @after
    return after


def catches(name):
    try:
        sends(name)
        for _ in range(100_000):
            pass
    except KeyError as error:
        return str(error)


def handler_of(name):
    handler = signal.getsignal(getattr(signal, name))
    return getattr(handler, "__name__", None) or getattr(handler, "value", type(handler).__name__)


def sends_from_a_thread(name):
    thread = threading.Thread(target=sends, args=(name,))
    thread.start()
    thread.join()
    for _ in range(100_000):
        pass


def spins(_):
    for number in range(2_000_000):
        total = number + 1  # @spins
    return total


signal.signal(signal.SIGUSR1, told)
signal.signal(signal.SIGUSR2, raises)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    name, word = line.split()
    print("gave", globals()[name](word), flush=True)
