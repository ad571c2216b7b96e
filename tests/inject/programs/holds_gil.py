"""A C call that keeps the GIL: 2.5 seconds, then as long as its input is open."""

import ctypes
import sys

print("ready", flush=True)
ctypes.PyDLL(None).usleep(2_500_000)
print("goes on", flush=True)
sys.stdin.read()
