"""Does what its arguments name, for an IDE that shows it no input."""

import os
import signal
import sys
import time


def show():
    print("out")  # @show
    print("err", file=sys.stderr)


def describe():
    print("argv", sys.argv[2:])
    print("cwd", os.getcwd())
    print("set", os.environ.get("SET_BY_IDE"), "home" , os.environ.get("HOME"))
    print("tty", sys.stdout.isatty())


def leave(status):
    sys.exit(int(status))


def die(number):
    os.kill(os.getpid(), int(number))


def wait():
    print("waiting", flush=True)
    while True:
        time.sleep(0.01)  # @wait


def clean_up():
    try:
        wait()
    finally:
        print("cleaned up", flush=True)  # @cleanup


def stay():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    wait()


def with_child(path):
    if not os.fork():
        with open(path, "w") as file:
            print(os.getpid(), file=file, flush=True)
            os.write(1, b"child\n")
            time.sleep(600)
    wait()


what, *words = sys.argv[1:]
{"describe": describe}.get(what, globals()[what])(*(words if what != "describe" else []))  # @call
print("done", flush=True)  # @done
