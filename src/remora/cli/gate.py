"""What the commands share that open a door for other hosts: its options, what is printed, its errors."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import stat
import sys
from typing import TYPE_CHECKING

from . import CommandError
from .parser import PORT

if TYPE_CHECKING:
    import argparse

    from remora.gateway.ssh.commands import Offer
    from remora.gateway.ssh.server import Gate, Gateway


def gate_of(options: argparse.Namespace) -> Gate:
    """Where to listen, and whom to let in."""
    from remora.gateway.ssh.server import Gate

    host, port = options.listen
    password = None if options.password_file is None else _password(options.password_file)
    return Gate(host, port, password)


def serve(gate: Gate, offer: Offer, whose: str) -> int:
    """Hold a door open until a signal comes."""
    log_to_stderr()
    asyncio.run(_serve(gate, offer, whose))
    return 0


async def _serve(gate: Gate, offer: Offer, whose: str) -> None:
    from remora.gateway.ssh.server import Gateway

    gateway = Gateway.of(gate, offer)
    host, port = await open_gateway(gateway, gate)
    tell_address(gateway, host, port, whose)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await gateway.aclose()


async def open_gateway(gateway: Gateway, gate: Gate) -> tuple[str, int]:
    """Listen; raises `CommandError`."""
    from remora.gateway.ssh.host_key import UnusableKey

    try:
        return await gateway.open()
    except UnusableKey as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise CommandError(f"cannot listen on {gate.host}:{gate.port}: {reason}; give another port") from None


def tell_address(gateway: Gateway, host: str, port: int, whose: str, *, here: bool = False) -> None:
    """Say on standard error where it listens, and how to connect.  `here`: here without a key, too."""
    from remora.gateway.ide.peers import is_loopback
    from remora.gateway.ssh.login import own_name

    place = f"[{host}]" if ":" in host else host
    there = f"{own_name()}@{reached_as(host)}:{port}"
    lines = [f"remora listens on {place}:{port} {whose}, host key {gateway.fingerprint}"]
    if here:
        lines.append(f"  on this host    remora connect{'' if port == PORT else f' :{port}'}")
    if not here or not is_loopback(host):
        lines.append(f"  from elsewhere  remora connect {there}")
    lines.append(f"  without remora  ssh -p {port} {own_name()}@{reached_as(host).strip('[]')}")
    print(*lines, sep="\n", file=sys.stderr, flush=True)


def reached_as(host: str) -> str:
    """What to write for a host that is listened on: its name, if that is every address of this one."""
    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def log_to_stderr() -> None:
    """Have the log of the gateway on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("remora: %(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    log = logging.getLogger("remora.gateway")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)


def _password(path: str) -> str:
    """The first line of a file that nobody else can read."""
    try:
        with open(path, encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
                raise CommandError(f"others can read {path}; 'chmod 600 {path}' mends that")
            password = file.readline().rstrip("\r\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    if len(password) < 8:
        raise CommandError(f"the password in {path} has less than 8 characters")
    return password
