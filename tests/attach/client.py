"""A DAP client that is killed: `python -m tests.attach.client PID FILE LINE STATE`, which prints "there".

It attaches, stops at the line, gets into the state, and stays.
"""

from __future__ import annotations

import sys

from remora.bundle.cache import Bundle
from remora.inject.attach import attach
from tests.support.dap import SyncClient


def main(pid: str, path: str, line: str, state: str) -> None:
    client = SyncClient(attach(int(pid), Bundle()).socket)
    client.request("initialize", {"adapterID": "test"})
    attaching = client.send("attach", {})
    client.wait_event("initialized")
    client.request("configurationDone")
    client.response(attaching)
    where = {"source": {"path": path}, "breakpoints": [{"line": int(line)}]}
    client.request("setBreakpoints", where)
    client.request("setExceptionBreakpoints", {"filters": ["uncaught", "userUnhandled"]})
    thread = client.wait_event("stopped")["threadId"]
    frame = client.request("stackTrace", {"threadId": thread})["stackFrames"][0]["id"]
    if state == "step":
        client.request("setBreakpoints", {**where, "breakpoints": []})
        client.request("stepOut", {"threadId": thread})
    elif state == "evaluation":
        endless = {"expression": "[0 for _ in iter(int, 1)]", "frameId": frame, "context": "repl"}
        client.send("evaluate", endless)
    elif state == "sleeping evaluation":
        client.send("evaluate", {"expression": "time.sleep(0.5)", "frameId": frame, "context": "repl"})
    client.request("threads")
    print("there", flush=True)
    client.timeout = 1000
    client.wait_closed()


if __name__ == "__main__":
    main(*sys.argv[1:])
