"""`remora exec`: streams, arguments and exit status of a script that runs in a program."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import StartDebuggee
from tests.support.debuggee import Debuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import SAME_ROOT, each_python
from tests.support.ssh import until

#: By `sys.settrace` and by `sys.monitoring`.
old_and_new = pytest.mark.parametrize("python", [SAME_ROOT[0], SAME_ROOT[-1]], ids=str)
new = pytest.mark.parametrize("python", SAME_ROOT[-1:], ids=str)

#: Seconds for one command, on a busy machine.
SAYS_WHEN = "print('begun', flush=True)\n"


def argv(debuggee: Debuggee, *words: str, options: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, "-m", "remora", "exec", *options, str(debuggee.pid), *words]


def run(
    debuggee: Debuggee, *words: str, stdin: bytes = b"", options: tuple[str, ...] = ()
) -> tuple[int, str, str]:
    """Exit status, output and error output."""
    done = subprocess.run(
        argv(debuggee, *words, options=options), input=stdin, capture_output=True, timeout=PATIENCE
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@contextmanager
def running(debuggee: Debuggee, code: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command whose script has begun."""
    command = argv(debuggee, *words, "-c", SAYS_WHEN + code)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        yield process


def goes_on(debuggee: Debuggee) -> None:
    debuggee.send("6 * 7\n")
    assert debuggee.wait_line("gave") == "gave 42"


@each_python
def test_a_text_and_its_last_value(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    assert run(debuggee, "-c", "len(many)") == (0, "5000\n", "")
    assert run(debuggee, "-c", "print('out'); import sys; print('err', file=sys.stderr)") == (
        0,
        "out\n",
        "err\n",
    )
    status, out, error = run(debuggee, "-c", "def f():\n    1 / 0\nf()")
    assert (status, out) == (1, "")
    assert error.startswith("Traceback (most recent call last):\n")
    assert "    1 / 0\n" in error
    assert error.endswith("ZeroDivisionError: division by zero\n")
    assert run(debuggee, "-c", "raise SystemExit(7)") == (7, "", "")
    assert run(debuggee, "-c", "import sys; sys.exit('no more')") == (1, "", "no more\n")
    assert run(debuggee, "-c", "x = (")[0] == 1
    goes_on(debuggee)
    assert "out" not in debuggee.output.replace("ready", "")


@old_and_new
def test_a_script_is_run_as_python_runs_it(start: StartDebuggee, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "# coding: latin-1\nimport sys\nprint(sys.argv, __file__, __name__, 'é')\n"
        "if __name__ == '__main__':\n    mine = 1\n'not shown'\n",
        encoding="latin-1",
    )
    debuggee = start("asked.py")
    shown = f"{[str(script), '--json', 'b c']} {script} __main__ é\n"
    assert run(debuggee, str(script), "--json", "b c") == (0, shown, "")
    assert run(debuggee, "-c", "import sys; sys.argv", "a", "-r") == (0, "['-c', 'a', '-r']\n", "")
    text = b"import sys\nprint(sys.argv, repr(sys.stdin.read()))\n"
    assert run(debuggee, "-", "a", stdin=text) == (0, "['-', 'a'] ''\n", "")
    debuggee.send("sys.argv[1:], 'mine' in globals()\n")
    assert debuggee.wait_line("gave") == "gave ([], False)"
    script.write_text("def f():\n    raise ValueError(3)\nf()\n")
    assert f'File "{script}", line 2, in f' in run(debuggee, str(script))[2]


@old_and_new
def test_a_module_of_the_program(start: StartDebuggee, tmp_path: Path) -> None:
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "__main__.py").write_text(
        "import sys\nfrom . import there\n"
        "print(__name__, __package__, sys.argv, there)\nsys.exit(len(sys.argv))\n"
    )
    (tmp_path / "tool" / "__init__.py").write_text("there = 'there'\n")
    debuggee = start("asked.py")
    assert run(debuggee, "-m", "tool")[0] == 1
    run(debuggee, "-c", f"import sys; sys.path.append({str(tmp_path)!r})")
    shown = "__main__ tool ['tool', '--json', '-m'] there\n"
    assert run(debuggee, "-m", "tool", "--json", "-m") == (3, shown, "")
    assert run(debuggee, "-m", "json.tool", stdin=b"[1]")[1] == "[\n    1\n]\n"
    goes_on(debuggee)


@old_and_new
def test_json(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    status, out, _ = run(debuggee, "--json", "-c", "print('first'); {'a': [1, None], 2: kept, 's': 'é'}")
    first, last = out.splitlines()
    assert (status, first) == (0, "first")
    value = json.loads(last)
    assert value["2"].startswith("<__main__.Kept object at ")
    assert {**value, "2": ""} == {"a": [1, None], "2": "", "s": "é"}
    assert run(debuggee, "--json", "-c", "x = 1") == (0, "null\n", "")
    status, out, error = run(debuggee, "--json", "-c", "x = []; x.append(x); x")
    assert (status, out) == (1, "")
    assert error.startswith("remora: ")
    assert "JSON" in error


@old_and_new
def test_much_input_and_much_output(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    text = b"".join(b"%07d \xc3\xa9 and so on\n" % number for number in range(400_000))
    assert len(text) > 8_000_000
    code = "import sys\nfor line in sys.stdin: total = line\nprint(total, end='')"
    assert run(debuggee, "-c", code, stdin=text) == (0, "0399999 é and so on\n", "")
    status, out, _ = run(
        debuggee, "-c", "import sys; sys.stdout.write(sys.stdin.read()) and None", stdin=text
    )
    assert status == 0
    assert out.encode() == text


@new
def test_output_that_nobody_takes_is_waited_with(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    code = "import __main__\nfor n in range(1000): __main__.told = n; print('x' * 100_000)"
    with running(debuggee, code) as process:
        told = last = -1
        while told < 0 or told != last:
            last = told
            debuggee.send("__import__('time').sleep(0.5), globals().get('told', -1)\n")
            told = int(debuggee.wait_line("gave").rpartition(", ")[2].rstrip(")"))
        # What waits here, in the agent, and on the way between them.
        assert 80 < told < 900
        assert process.stdout is not None
        assert len(process.stdout.read()) == 100_001 * 1000
        assert process.wait(PATIENCE) == 0


@new
def test_output_is_true_byte_by_byte(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    code = "import sys\nfor n in range(256): sys.stdout.buffer.write(bytes([n, 0xc3]))\n"
    done = subprocess.run(argv(debuggee, "-c", code), capture_output=True, timeout=PATIENCE)
    assert done.stdout == b"".join(bytes([number, 0xC3]) for number in range(256))


@new
def test_no_more_is_read_than_the_script_asks_for(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    reading, writing = os.pipe()
    os.write(writing, b"for the next command\n")
    os.close(writing)
    with open(reading, "rb") as pipe:
        done = subprocess.run(argv(debuggee, "-c", "1"), stdin=pipe, capture_output=True, timeout=PATIENCE)
        assert done.stdout == b"1\n"
        assert pipe.read() == b"for the next command\n"


@old_and_new
@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time; time.sleep(1000)",
        "import ctypes; ctypes.CDLL(None).sleep(1000)",
        "await asyncio.sleep(1000)",
        "input()",
    ],
)
def test_ctrl_c_interrupts_the_script_and_not_the_program(start: StartDebuggee, code: str) -> None:
    debuggee = start("asked.py")
    with running(debuggee, code) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    goes_on(debuggee)


@old_and_new
def test_the_time_limit(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    status, out, error = run(debuggee, "--time-limit", "0.5", "-c", "while True: pass")
    assert (status, out) == (124, "")
    assert error == "remora: interrupted, after 0.5 s; the program goes on\n"
    assert run(debuggee, "--time-limit", "50", "-c", "1") == (0, "1\n", "")
    goes_on(debuggee)


@old_and_new
def test_whoever_is_killed_leaves_nothing_running(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    code = "import __main__\nwhile True: __main__.beat = 1"
    with running(debuggee, code) as process:
        process.kill()

    def is_over() -> bool:
        debuggee.send("globals().pop('beat', 0), __import__('time').sleep(0.2), globals().get('beat', 0)\n")
        return debuggee.wait_line("gave").endswith(" 0)")

    assert until(is_over)


@old_and_new
def test_the_program_ends(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    status, out, error = run(debuggee, "-c", "import os; print('last'); os._exit(3)")
    assert (status, out) == (1, "last\n")
    assert error == "remora: the program has ended, or the connection to it was lost\n"


@new
def test_nobody_reads_the_output(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    code = "while True: print('x' * 1000)"
    with subprocess.Popen(
        argv(debuggee, "-c", code), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"x" * 1000 + b"\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 1
    goes_on(debuggee)


@new
def test_output_has_no_room(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    for code in ("1", "while True: print(1)"):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                argv(debuggee, "-c", code), stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE
            )
        assert (done.returncode, done.stderr) == (1, b"remora: standard output: No space left on device\n")
    goes_on(debuggee)


@new
def test_standard_streams_that_are_not_there(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    command = shlex.join(argv(debuggee, "-c", "import sys; print('out'); sys.exit(repr(sys.stdin.read()))"))

    def shell(redirections: str) -> tuple[int, str, str]:
        done = subprocess.run(
            f"{command} {redirections}", shell=True, capture_output=True, text=True, timeout=PATIENCE
        )
        return done.returncode, done.stdout, done.stderr

    assert shell("<&-") == (1, "out\n", "''\n")
    assert shell("<&- >&-") == (1, "", "''\n")
    assert shell("<&- >&- 2>&-") == (1, "", "")
    script = shlex.join([sys.executable, "-m", "remora", "exec", str(debuggee.pid), "-"])
    assert subprocess.run(f"{script} <&-", shell=True, timeout=PATIENCE).returncode == 0
    goes_on(debuggee)


@old_and_new
def test_where_it_runs(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    name = "import threading; threading.current_thread().name"
    assert run(debuggee, "-c", "await asyncio.sleep(0.01, 'waited')") == (0, "'waited'\n", "")
    assert run(debuggee, "--loop", "-c", name) == (0, "'loop'\n", "")
    assert run(debuggee, "--namespace", "os.path", "-c", "join('a', 'b')") == (0, "'a/b'\n", "")
    status, _, error = run(debuggee, "--thread", "nobody", "-c", name)
    assert status == 1
    assert error.startswith("remora: no thread is called 'nobody'")
    status, _, error = run(debuggee, "--namespace", "no.such", "-c", "1")
    assert status == 1
    assert "no.such" in error


@new
def test_recipes(start: StartDebuggee) -> None:
    debuggee = start("asked.py")
    status, out, error = run(debuggee, "-r", "memory", "Kept", "--top", "1")
    assert (status, error) == (0, "")
    assert "__main__.Kept" in out
    status, out, _ = run(debuggee, "--json", "-r", "logging", "app.db")
    assert json.loads(out)["loggers"][0]["level"] == "INFO"
    assert run(debuggee, "-r", "logging", "nobody", "INFO")[0] == 1
    assert run(debuggee, "-r", "referrers", "missing") == (
        1, "", "remora: NameError: name 'missing' is not defined\n"
    )  # fmt: skip


def remora(*words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "remora", "exec", *words], capture_output=True, text=True, timeout=PATIENCE
    )
    return done.returncode, done.stdout, done.stderr


def test_recipes_are_listed_and_explained() -> None:
    status, out, _ = remora("-r")
    assert status == 0
    assert "\nmemory       The objects of the program by type" in out
    assert remora("-r", "memory", "--help")[1].startswith("usage: memory [--help]")
    assert remora("7", "-r", "memory", "--top", "0") == (
        2, "", "remora exec -r memory: argument --top: invalid count value: '0'\n"
    )  # fmt: skip
    assert remora("7", "-r", "nix")[0] == 2


def test_misuse(tmp_path: Path) -> None:
    assert remora("7")[0] == 2
    assert "a script is missing" in remora("7")[2]
    assert remora("7", "/no/such.py") == (1, "", "remora: /no/such.py: No such file or directory\n")
    (tmp_path / "binary").write_bytes(b"# coding: utf-8\n\xff")
    assert "is no text of Python" in remora("7", str(tmp_path / "binary"))[2]
    assert remora("7", "--time-limit", "0", "-c", "1")[0] == 2
    status, _, error = remora(str(2**22 + 7), "-c", "1")
    assert status == 1
    assert error.startswith("remora: ")
