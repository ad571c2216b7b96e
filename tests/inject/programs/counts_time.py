"""Sleeps for a second and a half and says how long it took."""

import time

print("ready", flush=True)
begun = time.monotonic()
time.sleep(1.5)
print("slept %.3f" % (time.monotonic() - begun), flush=True)
