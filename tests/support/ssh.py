"""A user of a gateway: a home directory with keys of its own, and OpenSSH's client.

with Home() as home, home.gateway("serve") as gateway:
    gateway.ssh("ps")
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from tests.support.patience import PATIENCE

#: Seconds for one command, or a line of a log, on a busy machine.


class Home:
    """A home directory that nobody else uses; `key` opens gateways that run with it, `stranger` does not."""

    def __enter__(self) -> Self:
        self._directory = tempfile.TemporaryDirectory(prefix="remora-test-home-")
        self.path = Path(self._directory.name)
        self.runtime = self.path / "run"
        (self.path / ".ssh").mkdir(mode=0o700)
        self.key, self.stranger = self.make_key("key"), self.make_key("stranger")
        self.authorize()
        self._ssh_command()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._directory.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """For what runs as this user."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "SSH_"))}
        path = f"{self.path}/bin:{os.environ['PATH']}"
        return {**kept, "HOME": str(self.path), "REMORA_RUNTIME_DIR": str(self.runtime), "PATH": path}

    def make_key(self, name: str) -> Path:
        path = self.path / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
        return path

    def authorize(self, options: str = "", key: Path | None = None) -> None:
        """Have `authorized_keys` hold one key, the usual one, with options."""
        line = (key or self.key).with_suffix(".pub").read_text()
        self.write_authorized_keys(f"{options} {line}" if options else line)

    def write_authorized_keys(self, text: str) -> None:
        path = self.path / ".ssh" / "authorized_keys"
        path.write_text(text)
        path.chmod(0o600)

    @contextmanager
    def gateway(self, *words: str, prefix: Sequence[str] = ()) -> Iterator[Gateway]:
        """Run a command of remora that listens, until the end of the block."""
        command = [*prefix, sys.executable, "-m", "remora", *words]
        with subprocess.Popen(
            command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        ) as process:  # fmt: skip
            gateway = Gateway(self, process)
            try:
                gateway.wait_log(r"remora listens on \S+:\d+ for")
                yield gateway
            finally:
                gateway.stop()

    def _ssh_command(self) -> None:
        """What `ssh` is to programs of this user: OpenSSH with its key, and nobody's configuration."""
        path = self.path / "bin" / "ssh"
        path.parent.mkdir()
        path.write_text(f'#!/bin/sh\nexec {shlex.join(self.ssh_argv())} "$@"\n')
        path.chmod(0o755)

    def ssh_argv(self, key: Path | None = None) -> list[str]:
        options = [
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "StrictHostKeyChecking=accept-new",
            "LogLevel=ERROR",
        ]
        options.append(f"UserKnownHostsFile={self.path}/known_hosts")
        words = [word for option in options for word in ("-o", option)]
        return ["/usr/bin/ssh", "-F", "/dev/null", "-i", str(key or self.key), *words]


class Gateway:
    """A command that listens, and what it has said on standard error."""

    def __init__(self, home: Home, process: subprocess.Popen[str]) -> None:
        self.home = home
        self.process = process
        self.log = ""
        self.output = ""
        self._changed = threading.Condition()
        assert process.stderr is not None
        assert process.stdout is not None
        self._reading = [
            threading.Thread(target=self._read, args=(process.stderr, "log")),
            threading.Thread(target=self._read, args=(process.stdout, "output")),
        ]
        for thread in self._reading:
            thread.start()

    @property
    def port(self) -> int:
        found = re.search(r"remora listens on \S+:(\d+) for", self.log)
        assert found, self.log
        return int(found[1])

    def argv(
        self, *words: str, key: Path | None = None, host: str = "127.0.0.1", user: str = ""
    ) -> list[str]:
        """OpenSSH on this gateway.  The first of `words` that begin with "-" are its own."""
        count = next((index for index, word in enumerate(words) if not word.startswith("-")), len(words))
        own, rest = words[:count], words[count:]
        user_words = ["-l", user] if user else []
        return [*self.home.ssh_argv(key), "-p", str(self.port), *user_words, *own, host, *rest]

    def ssh(
        self, *words: str, key: Path | None = None, user: str = "", stdin: str = "", **keywords: str
    ) -> subprocess.CompletedProcess[str]:
        """Run OpenSSH to its end."""
        return subprocess.run(
            self.argv(*words, key=key, user=user, **keywords),
            input=stdin, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip

    def remora(
        self, *words: str, stdin: str = "", prefix: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run another command of remora as this user."""
        return subprocess.run(
            [*prefix, sys.executable, "-m", "remora", *words],
            env=self.home.environment, input=stdin, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip

    def wait_log(self, pattern: str, *, output: bool = False) -> re.Match[str]:
        """Wait until it has said something on standard error, or output."""
        with self._changed:
            self._changed.wait_for(lambda: self._search(pattern, output), PATIENCE)
            found = self._search(pattern, output)
        assert found, f"no {pattern!r} in\n{self.log}\n{self.output}"
        return found

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        for thread in self._reading:
            thread.join(PATIENCE)
        return status

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def children(self) -> list[int]:
        """Commands that it has started for clients and that run still."""
        return [pid for pid in errands() if f"errand\0{self.process.pid}\0" in cmdline(pid)]

    def _search(self, pattern: str, output: bool) -> re.Match[str] | None:
        return re.search(pattern, self.output if output else self.log)

    def _read(self, file: Iterator[str], name: str) -> None:
        for line in file:
            with self._changed:
                setattr(self, name, getattr(self, name) + line)
                self._changed.notify_all()


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether something of other processes comes true in time, that none of them tells."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def errands() -> list[int]:
    """The commands that gateways have started, of this host."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if "\0remora.gateway.ssh.errand\0" in cmdline(pid)]


def cmdline(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return ""
