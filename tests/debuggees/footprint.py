"""Reports on request, by SIGUSR1, what of its own state a debugger could have changed."""

import gc
import json
import os
import signal
import sys
import threading
import time

hits = 0


def work(n):
    total = 0
    for i in range(n):
        total += i  # @work
    return total


def is_open(fd):
    try:
        return bool(os.fstat(fd))
    except OSError:
        return False


def footprint():
    monitoring = getattr(sys, "monitoring", None)
    return {
        "threads": [threading.active_count(), len(sys._current_frames())],
        "fds": [fd for fd in range(100) if is_open(fd)],
        "modules": sorted(sys.modules),
        "path": sys.path,
        "finders": len(sys.meta_path),
        "trace": repr(sys.gettrace()),
        "hook": repr(getattr(threading, "_trace_hook", None)),
        "excepthook": repr(sys.excepthook),
        "tools": [monitoring.get_tool(i) for i in range(6)] if monitoring else [],
        "interval": sys.getswitchinterval(),
        "frames": [str(f.f_trace) for f in sys._current_frames().values()],
        "main": sorted(name for name in globals()),
    }


def report(number, frame):
    gc.collect()
    print("footprint", json.dumps(footprint()), flush=True)


signal.signal(signal.SIGUSR1, report)
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
footprint()
print("ready", flush=True)
while True:
    work(100)
    time.sleep(0.001)
