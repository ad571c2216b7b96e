"""`remora dap`: a debug adapter for IDEs."""

from __future__ import annotations

import asyncio
import errno
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from . import CommandError

if TYPE_CHECKING:
    import argparse

    from remora.transport.place import Place


def run(options: argparse.Namespace) -> int:
    """Speak DAP on standard input and output, or with those who connect."""
    if options.connect is not None:
        return _be_ssh(options.connect)
    if options.only and options.target is None:
        options.parser.error("--only needs a PID")
    from remora.gateway.ide.opening import Places
    from remora.gateway.ide.server import NotLoopback, serve_stdio, serve_tcp

    places = Places(find=_find, target=options.target, only=options.only, observe=options.observe)
    if options.listen is None:
        asyncio.run(serve_stdio(capabilities, places))
        return 0
    host, port = options.listen
    try:
        asyncio.run(serve_tcp(host, port, capabilities, places, _say_address))
    except NotLoopback:
        raise CommandError(
            f"{host} is not of this host alone, and whoever connects may run any program as you; "
            "listen on 127.0.0.1, and forward the port by ssh"
        ) from None
    except OSError as error:
        # Its own text names the address a second time.
        reason = os.strerror(error.errno or errno.EINVAL)
        raise CommandError(f"cannot listen on {host}:{port}: {reason}; give another port") from None
    return 0


def _be_ssh(place: Place) -> int:
    """The adapter is the one at the other end: from here on this process is ssh."""
    argv = place.subsystem("dap")
    try:
        os.execvp(argv[0], argv)
    except FileNotFoundError:
        raise CommandError("there is no 'ssh' here; install OpenSSH's client") from None


def _say_address(host: str, port: int) -> None:
    print(f"remora dap listens on {f'[{host}]' if ':' in host else host}:{port}", flush=True)


@cache
def capabilities() -> dict[str, Any]:
    """What the agent answers to `initialize`: the sum of what its handlers say they can."""
    from remora.agent.handlers import all_handlers

    return {name: value for handler in all_handlers() for name, value in handler.capabilities.items()}


def _find(target: str) -> int:
    from remora.observe.processes import find

    if target.isdecimal():
        return int(target)
    found = find(target)
    if not found:
        raise LookupError(f"no Python process has '{target}' in its command line; 'remora ps' lists them.")
    if len(found) > 1:
        processes = "; ".join(f"{process.pid} {process.command}" for process in found)
        raise LookupError(f"several processes match '{target}', give the pid of one: {processes}")
    return found[0].pid
