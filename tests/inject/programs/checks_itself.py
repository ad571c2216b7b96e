"""Calculates, allocates and sleeps, and ends with an error as soon as anything comes out wrong.

SIGUSR1 ends it, with status 7.
"""

import hashlib
import os
import signal
import time

done = []
signal.signal(signal.SIGUSR1, lambda *_: done.append(True))
expected = None
print("ready", flush=True)
while not done:
    text = b"".join(b"%d" % (n * n) for n in range(3000))
    floats = sum(n**0.5 for n in range(1000))
    result = hashlib.sha256(text).hexdigest(), floats, len([bytearray(n) for n in range(500, 1500)])
    expected = expected or result
    if result != expected:
        os._exit(1)
    time.sleep(0.0005)
os._exit(7)
