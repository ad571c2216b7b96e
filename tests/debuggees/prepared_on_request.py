"""Does what it is told, line by line, and prints what each expression is worth."""

import os
import sys
import threading
import time

import remora


def works():
    total = 0
    for number in range(3):
        total += number  # @work
    return total


def calls_breakpoint(number):
    before = number  # @before
    remora.breakpoint()  # @call
    return before  # @after


def calls_debug(number):
    before = number  # @before_debug
    remora.debug()  # @debug
    return before


def fails(number):
    try:
        divides(number)
    except ZeroDivisionError:
        remora.post_mortem()
    return "failed"


def divides(number):
    return 1 / number  # @division


def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args, name="Worker")
    thread.start()
    return thread


def forked(then):
    """The pid of a child that serves requests of its own, or prints what `then` returns and ends."""
    pid = os.fork()
    if pid:
        return pid
    if then is not None:
        say("child", then())
        os._exit(0)
    say("child", os.getpid())
    time.sleep(60)
    os._exit(0)


def say(*words):
    """In one piece, since children write to the same place."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main():
    print("ready", flush=True)
    for line in sys.stdin:
        say("=", eval(line))


if __name__ == "__main__":
    main()
