"""Starts a child process in the way that its input names; the child calls `work`."""

import concurrent.futures
import multiprocessing
import os
import pty
import subprocess
import sys

MYSELF = [sys.executable, __file__, "child"]
SCRIPT = "#!" + sys.executable + "\nimport sys\nsys.argv = ['x', 'child']\nexec(compile(open(%r).read(), %r, 'exec'))\n"


def work(x):
    x += 1  # @work
    return x


def tell(x):
    print("child", work(x), flush=True)


def listed(directory):
    return os.listdir(directory) if os.path.isdir(directory) else []


def fork():
    pid = os.fork()
    if pid == 0:
        tell(1)
        os._exit(3)
    return os.waitpid(pid, 0)[1] >> 8


def fork_and_exit():
    pid = os.fork()
    if pid == 0:
        tell(1)
        sys.exit(3)
    return os.waitpid(pid, 0)[1] >> 8


def daemon():
    pid = os.fork()
    if pid == 0:
        if os.fork() == 0:
            tell(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def executor(method):
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, context) as workers:
        return list(workers.map(work, range(3)))


def pool(method):
    with multiprocessing.get_context(method).Pool(1) as workers:
        return workers.map(work, range(3))


def script():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "script")
    with open(path, "w") as file:
        file.write(SCRIPT % (__file__, __file__))
    os.chmod(path, 0o700)
    return subprocess.call([path])


def spawn():
    return os.waitpid(os.posix_spawn(MYSELF[0], MYSELF, os.environ), 0)[1] >> 8


def multi(method):
    process = multiprocessing.get_context(method).Process(target=tell, args=(1,))
    process.start()
    process.join()
    return process.exitcode


WAYS = {
    "fork": fork,
    "fork_and_exit": fork_and_exit,
    "daemon": daemon,
    "pty": lambda: pty.spawn(MYSELF) >> 8,
    "direct": lambda: subprocess.call(MYSELF),
    "environment": lambda: subprocess.call(MYSELF, env={"PYTHONPATH": "/nowhere", "A": "b"}),
    "shell": lambda: subprocess.call(["/bin/sh", "-c", " ".join(MYSELF)]),
    "path": lambda: subprocess.check_output(["/bin/sh", "-c", "echo $PYTHONPATH"]).decode().strip(),
    "env": lambda: subprocess.call(["/usr/bin/env", *MYSELF]),
    "system": lambda: os.system(" ".join(MYSELF)) >> 8,
    "spawnv": lambda: os.spawnv(os.P_WAIT, MYSELF[0], MYSELF),
    "posix_spawn": spawn,
    "script": script,
    "mp_fork": lambda: multi("fork"),
    "mp_spawn": lambda: multi("spawn"),
    "mp_forkserver": lambda: multi("forkserver"),
    "executor_fork": lambda: executor("fork"),
    "executor_spawn": lambda: executor("spawn"),
    "executor_forkserver": lambda: executor("forkserver"),
    "pool_fork": lambda: pool("fork"),
    "pool_spawn": lambda: pool("spawn"),
    "pool_forkserver": lambda: pool("forkserver"),
    "execv": lambda: os.execv(MYSELF[0], MYSELF),
}


if __name__ == "__main__" and sys.argv[1:] == ["child"]:
    print("path", os.environ.get("PYTHONPATH"), [each for each in sys.path if "s" in listed(each)], flush=True)
    tell(1)
    sys.exit(3)
elif __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        print("gave", WAYS[line.strip()](), flush=True)
