"""What a person looks at: objects with methods, text that is in no file, a module in an archive."""

import linecache
import os
import queue
import sys
import tempfile
import threading
import time
import zipfile


class Server:
    """Serves."""

    def __init__(self):
        self.queue = queue.Queue()

    def handle(self, number, *, twice=False):
        """Handle a number."""
        total = number  # @handle
        for each in range(number): total += each  # @loop
        return total


def generated():
    text = "def cell(number):\n    doubled = number * 2\n    return doubled\n"
    linecache.cache["<cell 1>"] = (len(text), None, text.splitlines(True), "<cell 1>")
    namespace = {"__name__": "__cells__"}
    exec(compile(text, "<cell 1>", "exec"), namespace)
    return namespace["cell"]


def zipped(folder):
    archive = os.path.join(folder, "packed.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("packed.py", "def inside(number):\n    tripled = number * 3\n    return tripled\n")
    sys.path.insert(0, archive)
    import packed

    return packed.inside


def worker(stop):
    stop.wait()


stop = threading.Event()
threading.Thread(target=worker, args=(stop,), name="worker-1", daemon=True).start()
server = Server()
flags = 255
with tempfile.TemporaryDirectory() as folder:
    cell, inside = generated(), zipped(folder)
    print("ready", flush=True)
    while True:
        server.handle(3)
        cell(4)
        inside(5)
        time.sleep(0.01)
