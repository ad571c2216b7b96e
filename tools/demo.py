"""remora's main job, as a transcript: attach to a running program, debug it, and leave it as it was.

    python tools/demo.py [PYTHON]

Everything shown is done: the program is started here by plain Python, or by the
one that is named, and remora comes to it from outside.  The exit status tells
whether all went well.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(__file__).with_name("demo_program.py")
REMORA = Path(sys.executable).with_name("remora")
#: Lines of the program's output, before and after.
SHOWN = 3


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="remora-demo-") as directory:
        output = Path(directory, "output.txt")
        with shop(output) as process:
            wait_lines(process, output, SHOWN)
            tell("A program runs; nobody thought of a debugger when it was started.")
            show_output(output)
            before = threads_of(process.pid)
            statuses = [look(process.pid), debug(process.pid)]
            tell("It runs on as if nothing had been.")
            wait_lines(process, output, len(lines_of(output)) + SHOWN)
            show_output(output)
            tell(f"Threads of the program before: {before}, and now: {threads_of(process.pid)}.")
            return int(any(statuses) or threads_of(process.pid) != before)


def look(pid: int) -> int:
    tell("What keeps us from debugging it?")
    return remora("doctor", str(pid))


def debug(pid: int) -> int:
    line = next(
        number for number, text in enumerate(PROGRAM.read_text().splitlines(), 1) if "# @priced" in text
    )
    tell(
        "Attach, stop where an order has been priced and has three items, look around, change a price, leave."
    )
    commands = [
        f"break {PROGRAM.name}:{line} if len(items) == 3",
        "continue",
        "backtrace",
        "info locals",
        "p [(item, PRICES[item]) for item in items]",
        'PRICES["tea"] = 400',
        "finish",
        "detach",
    ]
    return remora("attach", str(pid), "--batch", *(word for each in commands for word in ("-e", each)))


def remora(*words: str) -> int:
    """Run remora as the transcript shows it; its exit status."""
    print("$ " + shlex.join(["remora", *words]).replace(" -e ", " \\\n      -e "), flush=True)
    status = subprocess.run([REMORA, *words], stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT).returncode
    print(f"(exit status {status})\n", flush=True)
    return status


@contextmanager
def shop(output: Path) -> Iterator[subprocess.Popen[bytes]]:
    with output.open("wb") as file:
        process = subprocess.Popen([*(sys.argv[1:] or [sys.executable]), PROGRAM], stdout=file)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_lines(process: subprocess.Popen[bytes], output: Path, count: int) -> None:
    """Wait until the program has written so many lines; raises `AssertionError` if it has ended."""
    follower = subprocess.Popen(
        ["tail", "-f", "-n", "+1", f"--pid={process.pid}", output], stdout=subprocess.PIPE, text=True
    )
    assert follower.stdout
    with follower.stdout as lines:
        for _ in range(count):
            assert lines.readline(), "the program has ended"
    follower.kill()
    follower.wait()


def show_output(output: Path) -> None:
    print(f"$ tail -n {SHOWN} output.txt", *lines_of(output)[-SHOWN:], "", sep="\n", flush=True)


def lines_of(output: Path) -> list[str]:
    return output.read_text().splitlines()


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def tell(text: str) -> None:
    print(f"# {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
