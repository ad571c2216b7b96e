"""Becomes two processes, or another program, when it is told to."""

import os
import subprocess
import sys


def work(who):
    total = 0
    for i in range(3):
        total += i  # @adds
    print(who, total, flush=True)


print("ready", flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "fork":
        child = os.fork()
        if child == 0:
            work("child")
            os._exit(0)
        os.waitpid(child, 0)
        work("parent")  # @after
    elif word == "spawn":
        subprocess.run([sys.executable, "-u", __file__], input=b"work\n", check=True)
        work("parent")
    elif word == "work":
        work("worker")
    elif word == "exec":
        os.execv(sys.executable, [sys.executable, "-u", __file__, "again"])
