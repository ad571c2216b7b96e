"""`remora serve`, met with OpenSSH's client: who comes in, what may be run, what the log says."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import StartDebuggee
from tests.support.patience import PATIENCE
from tests.support.pythons import ALL, Python
from tests.support.ssh import Gateway, Home

REFUSED = 255  # ssh's own
NOT_ALLOWED = 126


@pytest.fixture(scope="module")
def python() -> Python:
    return ALL[-1]


@pytest.fixture(autouse=True)
def usual_keys(home: Home) -> None:
    home.authorize()


def test_a_command_runs_and_its_status_comes_back(gateway: Gateway, start: StartDebuggee) -> None:
    pid = start("loop.py").pid
    done = gateway.ssh("attach", str(pid), "--batch", "-e", "'p 6 * 7'")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n42\n")
    done = gateway.ssh("attach", str(pid), "--batch", "-e", "frobnicate")
    assert done.returncode == 1
    assert "frobnicate" in done.stderr


def test_ps_lists_what_can_be_debugged(gateway: Gateway, start: StartDebuggee) -> None:
    pid = start("loop.py").pid
    assert re.search(rf"^ *{pid} ", gateway.ssh("ps").stdout, re.MULTILINE)


def test_input_reaches_the_command(gateway: Gateway, start: StartDebuggee) -> None:
    pid = start("loop.py").pid
    done = gateway.ssh("attach", str(pid), stdin="p 'here' + ' and there'\n")
    assert "'here and there'" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize(
    "words", [["serve"], ["listen", "1"], ["sh", "-c", "id"], ["'a;id'"], ["$(id)"], ["completion", "bash"]]
)
def test_nothing_else_is_run(gateway: Gateway, words: list[str]) -> None:
    done = gateway.ssh(*words)
    assert done.returncode == NOT_ALLOWED
    assert "cannot be run from here" in done.stderr
    assert "uid=" not in done.stdout


def test_a_stranger_is_refused_and_the_log_says_who(gateway: Gateway, home: Home) -> None:
    done = gateway.ssh("ps", key=home.stranger)
    assert done.returncode == REFUSED
    assert "Permission denied (publickey)" in done.stderr
    fingerprint = subprocess.run(
        ["ssh-keygen", "-l", "-f", home.stranger], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    name = pwd.getpwuid(os.geteuid()).pw_name
    gateway.wait_log(
        rf"127\.0\.0\.1 was refused as '{name}' with key {re.escape(fingerprint)}: the key is not"
    )


def test_another_name_is_refused_with_the_right_key(gateway: Gateway) -> None:
    assert gateway.ssh("ps", user="daemon").returncode == REFUSED
    gateway.wait_log("was refused as 'daemon' .* alone")


def test_without_a_key_nobody_comes_in(gateway: Gateway) -> None:
    argv = gateway.argv("ps")
    argv[1:1] = [
        "-o",
        "PubkeyAuthentication=no",
        "-o",
        "PreferredAuthentications=none,password,keyboard-interactive",
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == REFUSED
    assert "Permission denied (publickey)" in done.stderr


@pytest.mark.parametrize("words", [["-L", "0:127.0.0.1:22"], ["-R", "0:127.0.0.1:22"], ["-A"], ["-X"]])
def test_nothing_is_forwarded(gateway: Gateway, words: list[str]) -> None:
    argv = gateway.argv("doctor", "1")
    argv[1:1] = [*words, "-o", "ExitOnForwardFailure=yes"] if words[0] == "-R" else words
    done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE)
    if words[0] == "-R":
        assert "remote port forwarding failed" in done.stderr
    assert "SSH_AUTH_SOCK" not in done.stdout


@pytest.mark.parametrize("subsystem", ["sftp", "dial", "nothing"])
def test_there_is_no_other_subsystem(gateway: Gateway, subsystem: str) -> None:
    argv = gateway.argv("-s", subsystem)
    done = subprocess.run(argv, input="", capture_output=True, text=True, timeout=PATIENCE)
    assert "subsystem request failed" in done.stderr
    assert done.returncode != 0


def test_a_raw_channel_to_a_port_is_refused(gateway: Gateway) -> None:
    argv = gateway.argv()
    argv[1:1] = ["-W", f"127.0.0.1:{gateway.port}"]
    done = subprocess.run(argv, input="", capture_output=True, text=True, timeout=PATIENCE)
    assert "stdio forwarding failed" in done.stderr


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("restrict", 0),
        ("no-pty,no-port-forwarding", 0),
        ('from="127.0.0.1"', 0),
        ('from="10.0.0.0/8,!127.0.0.1"', REFUSED),
        ('from="*,!127.0.0.*"', REFUSED),
        ('from="devbox"', REFUSED),
        ('expiry-time="20200101"', REFUSED),
        ('expiry-time="29990101"', 0),
        ("cert-authority", REFUSED),
        ("verify-required", REFUSED),
        ('command="/usr/bin/id"', REFUSED),
        ('command="remora doctor 1"', 1),
        ('environment="PATH=/tmp"', REFUSED),
        ('environment="REMORA_ROLE=king"', REFUSED),
        ("some-new-restriction", REFUSED),
        ('permitopen="h:1",tunnel="0"', REFUSED),
    ],
)
def test_options_of_a_key_are_enforced_or_the_key_refused(
    gateway: Gateway, home: Home, options: str, status: int
) -> None:
    home.authorize(options)
    done = gateway.ssh("ps")
    assert done.returncode == status, done.stderr
    if options.startswith("command="):
        assert "COMMAND" not in done.stdout


def test_a_restricted_key_gets_no_terminal(gateway: Gateway, home: Home) -> None:
    home.authorize("restrict")
    done = gateway.ssh("-t", "-t", "ps")
    assert "PTY allocation request failed" in done.stderr


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_can_write_is_not_believed(gateway: Gateway, home: Home, mode: int) -> None:
    path = home.path / ".ssh" / "authorized_keys"
    path.chmod(mode)
    assert gateway.ssh("ps").returncode == REFUSED
    gateway.wait_log("can be changed by others")


def test_a_directory_that_others_can_write_is_not_believed(gateway: Gateway, home: Home) -> None:
    home.path.chmod(0o777)
    try:
        assert gateway.ssh("ps").returncode == REFUSED
    finally:
        home.path.chmod(0o700)


def test_the_host_key_is_made_once_and_is_private(home: Home) -> None:
    with home.gateway("serve", "--listen", "0") as first:
        said = first.wait_log(r"host key (SHA256:\S+)")[1]
    path = home.path / ".config" / "remora" / "ssh_host_ed25519_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with home.gateway("serve", "--listen", "0") as second:
        assert second.wait_log(r"host key (SHA256:\S+)")[1] == said


def test_a_host_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    with Home() as home:
        with home.gateway("serve", "--listen", "0"):
            pass
        (home.path / ".config" / "remora" / "ssh_host_ed25519_key").chmod(0o644)
        done = subprocess.run(
            [sys.executable, "-m", "remora", "serve", "--listen", "0"],
            env=home.environment,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert "could be read or changed by others" in done.stderr


def test_it_binds_loopback_unless_told(gateway: Gateway) -> None:
    with open("/proc/net/tcp") as file:
        listening = [line.split()[1] for line in file if line.split()[3] == "0A"]
    assert [each for each in listening if each.endswith(f":{gateway.port:04X}")] == [
        f"0100007F:{gateway.port:04X}"
    ]


def test_an_observers_key_lets_look_and_nothing_else(
    gateway: Gateway, home: Home, start: StartDebuggee
) -> None:
    pid = start("loop.py").pid
    home.authorize('environment="REMORA_ROLE=observer"')
    done = gateway.ssh("attach", str(pid), "--batch", "-e", "'info threads'")
    assert (done.returncode, done.stderr) == (0, "")
    assert "MainThread" in done.stdout
    for command in ("pause", "p 1", "'break 1'"):
        assert gateway.ssh("attach", str(pid), "--batch", "-e", f'"{command}"').returncode == 1
    assert "observe" in gateway.ssh("run", "x.py").stderr
    place = f"{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1:{gateway.port}"
    done = gateway.remora("connect", place, str(pid), "--batch", "--no-stop", "-e", "pause")
    assert done.returncode == 1
    assert "only observes" in done.stderr
