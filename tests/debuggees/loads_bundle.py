"""Loads a bundle from the socket whose file descriptor is its last argument, and prints what that changed.

With `import-only`, the agent's `boot.start` is not run; with `occupied`, another
remora is there already.
"""

import marshal
import sys

before = set(sys.modules)
finders, path = list(sys.meta_path), list(sys.path)

import _socket


def receive(sock, count):
    received = b""
    while len(received) < count:
        chunk = sock.recv(count - len(received))
        if not chunk:
            raise EOFError
        received += chunk
    return received


def load(sock):
    loaded = marshal.loads(receive(sock, int.from_bytes(receive(sock, 8), "big")))
    loader = loaded["loader"]
    if isinstance(loader, str):
        loader = compile(loader, "<remora>/loader.py", "exec", dont_inherit=True)
    space = {"__name__": "_remora_loader"}
    exec(loader, space)
    if "import-only" in sys.argv:
        space["run"] = import_only(space)
    space["run"](sock, loaded, {})


def import_only(space):
    run = space["run"]

    def run_without_start(sock, loaded, hello):
        text = loaded["modules"]["_remora.agent.boot"]
        loaded["modules"]["_remora.agent.boot"] = (text[0] + "\n\ndef start(sock, hello): pass\n",) + text[1:]
        run(sock, loaded, hello)

    return run_without_start


def works_afterwards():
    """What private copies could have broken."""
    import copyreg
    import enum
    import json
    import pickle
    import re

    class Colour(enum.Enum):
        RED = 1

    globals()["Colour"] = Colour
    Colour.__qualname__ = "Colour"
    pattern = re.compile("a+", re.I | re.M)
    assert pickle.loads(pickle.dumps(pattern)) == pattern
    assert pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED
    assert isinstance(re.I, enum.Flag)
    assert re.sub("(a)", r"<\1>", "banana") == "b<a>n<a>n<a>"
    assert json.loads(json.dumps({"a": [1, 2.5]})) == {"a": [1, 2.5]}
    try:
        json.loads("{")
    except json.JSONDecodeError:
        return "ok"
    return "no JSONDecodeError"


def new_modules():
    """Name of each module that was not there before, and whether it is written in Python."""
    new = sorted(set(sys.modules) - before)
    return {name: str(getattr(sys.modules[name], "__file__", "")).endswith(".py") for name in new}


sock = _socket.socket(fileno=int(sys.argv[-1]))
names = set(globals())
if "occupied" in sys.argv:
    sys.modules["_remora"] = type(sys)("_remora")
load(sock)
report = {
    "main_names_added": sorted(set(globals()) - names - {"names"}),
    "new_modules": new_modules(),
    "meta_path_changed": finders != sys.meta_path,
    "path_changed": path != sys.path,
    "works_afterwards": works_afterwards(),
}
sys.modules["json"].dump(report, sys.stdout)
sock.close()
