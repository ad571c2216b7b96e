"""Has something for every recipe to find; its input is evaluated."""

import asyncio
import logging
import os
import socket
import sys
import threading


class Kept:
    """Found by name among thousands of others."""


class Slotted:
    __slots__ = ("inner",)


class Sized:
    """Its size is nobody's business."""

    def __sizeof__(self):
        raise ValueError("no")


kept = Kept()
many = [Kept() for _ in range(5000)]
odd = Sized()
slotted = Slotted()
slotted.inner = kept
cache = {"entry": [None, kept]}
by_cell = (lambda value: lambda: value)(kept)
lonely = Kept()
parked = threading.Event()


def waits(own):
    held = own
    parked.wait()  # @held
    return held


def waits_alike():
    parked.wait()


async def inner():
    await asyncio.sleep(1000)  # @sleeps


async def outer():
    await inner()


async def run_tasks(ready):
    task = asyncio.ensure_future(outer())
    await asyncio.sleep(0)
    ready.set()
    await asyncio.gather(task)


def run_loop(ready):
    asyncio.new_event_loop().run_until_complete(run_tasks(ready))


for number in range(3):
    threading.Thread(target=waits_alike, name="alike-%d" % number, daemon=True).start()
threading.Thread(target=waits, args=(Kept(),), name="holder", daemon=True).start()
ready = threading.Event()
threading.Thread(target=run_loop, args=(ready,), name="loop", daemon=True).start()
ready.wait()

handler = logging.StreamHandler(sys.stderr)
logging.getLogger("app.db").addHandler(handler)
logging.getLogger("app.db").setLevel("INFO")
logging.getLogger("app").propagate = False
logging.addLevelName(15, "CHATTY")

here = os.path.dirname(os.path.abspath(__file__))
opened = open(os.path.join(here, "opened.txt"), "w+")
opened.write("twelve bytes")
opened.flush()
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
caller = socket.create_connection(listener.getsockname())
six = socket.socket(socket.AF_INET6, socket.SOCK_STREAM) if socket.has_ipv6 else None

print("ready", flush=True)
for line in sys.stdin:
    print("gave", repr(eval(line)), flush=True)
