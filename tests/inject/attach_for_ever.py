"""Lets children attach to a process again and again, and kills each at a random moment.

usage: attach_for_ever.py PID ROUNDS SEED
"""

import os
import random
import signal
import sys
import time

from remora.inject.attach import attach
from remora.inject.reasons import AttachError
from tests.inject.echo import EchoBundle

#: Seconds; an attach takes from 3 ms (asleep) to 30 ms (busy).
LONGEST = 0.04


def attach_until_killed(pid: int) -> None:
    while True:
        try:
            attach(pid, EchoBundle()).socket.close()
        except AttachError as error:
            print(error, flush=True)


def main() -> None:
    target, rounds, seed = map(int, sys.argv[1:])
    moments = random.Random(seed)
    for _ in range(rounds):
        child = os.fork()
        if child == 0:
            attach_until_killed(target)
        time.sleep(moments.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


main()
