"""Writes in several ways; its input is evaluated."""

import logging
import os
import signal
import sys

logging.basicConfig(level=logging.INFO, format="%(message)s")


def prints(text):
    print(text)  # @prints


def prints_bytes(text):
    sys.stdout.buffer.write(text.encode() + b"\xff\n")  # @prints_bytes
    sys.stdout.buffer.flush()


def prints_late(text):
    sys.stdout.write(text)
    sys.stdout.buffer.write(b"between\n")
    sys.stdout.flush()


def complains(text):
    sys.stderr.write(text + "\n")  # @complains


def logs(text):
    logging.info(text)  # @logs


def replaces(text):
    class Own:
        def write(self, text):
            sys.__stdout__.write("own " + text)

        def flush(self):
            sys.__stdout__.flush()

    before = sys.stdout
    sys.stdout = Own()
    print(text)
    sys.stdout = before


def signalled(count):
    signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
    for _ in range(count):
        os.kill(os.getpid(), signal.SIGUSR1)
        print("sent")


def forks(text):
    child = os.fork()
    if not child:
        print(text, flush=True)
        os._exit(0)
    os.waitpid(child, 0)


print("ready", flush=True)
for line in sys.stdin:
    eval(line)
    sys.__stdout__.write("own write: %s\n" % ("write" in vars(sys.stdout)))
    sys.__stdout__.flush()
