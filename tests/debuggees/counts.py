"""Writes every number, and what a debugger could have changed in it, when it is asked by a line of input."""

import gc
import json
import sys
import threading


def total(n):
    found = 0
    for i in range(n):
        found += i  # @add
    return found


def background():
    while True:
        total(20)  # @background


def state():
    gc.collect()
    tools = getattr(sys, "monitoring", None)
    return {
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "modules": sorted(sys.modules),
        "path": [sys.path, len(sys.meta_path), len(sys.path_hooks)],
        "traces": [str(sys.gettrace()), str(sys.getprofile()), str(getattr(threading, "_trace_hook", None))],
        "frames": [str(frame.f_trace) for frame in sys._current_frames().values()],
        "hooks": [str(sys.excepthook), str(getattr(threading, "excepthook", "")), str(sys.displayhook)],
        "interval": sys.getswitchinterval(),
        "tools": [tools.get_tool(n) for n in range(6)] if tools else [],
        "objects": [str(each)[:80] for each in gc.get_objects() if "remora" in str(type(each))],
        "main": sorted(globals()),
    }


threading.Thread(target=background, daemon=True).start()
state()
print("ready", flush=True)
for line in sys.stdin:
    print("state", json.dumps({**state(), "total": total(int(line))}), flush=True)
