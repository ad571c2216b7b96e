import threading
import time

counts = {"a": 0, "b": 0}


def worker(name):
    while True:
        counts[name] += 1  # @work
        time.sleep(0.001)


def late():
    return 1  # @late


for name in counts:
    threading.Thread(target=worker, args=(name,), daemon=True).start()
print("ready", flush=True)
while True:
    thread = threading.Thread(target=late)
    thread.start()
    thread.join()
    time.sleep(0.01)
