"""From the options of `launch` or `attach` to a debuggee, however that is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from remora.dap import errors
from remora.inject.reasons import AttachError

from .attaching import AttachedProgram, address
from .channel import Channel
from .debuggee import Debuggee
from .launching import Launch, LaunchedProgram, explain


@dataclass(frozen=True)
class Places:
    """What whoever runs the gateway knows of where debuggees are."""

    #: The process that a pid or part of a command line names; raises `LookupError`, whose text says why not.
    find: Callable[[str], int]


async def open_debuggee(
    command: str, options: dict[str, Any], supports: dict[str, Any], client: Channel, places: Places
) -> Debuggee:
    """Start or reach what the checked `options` say.

    `supports` is what the client can do, for which it may be asked.  Raises `RequestError`.
    """
    if command == "launch":
        return await _launch(options)
    return await _attach(options, places)


async def _launch(options: dict[str, Any]) -> Debuggee:
    plan = Launch.of(options)
    try:
        return await LaunchedProgram.start(plan)
    except (OSError, AttachError) as error:
        raise errors.not_started(explain(error, plan)) from error


async def _attach(options: dict[str, Any], places: Places) -> Debuggee:
    try:
        if "connect" in options:
            host, port = address(options["connect"])
            return await AttachedProgram.by_address(host, port)
        pid = options["processId"] if "processId" in options else places.find(str(options["target"]))
        return await AttachedProgram.by_pid(int(pid))
    except (AttachError, LookupError) as error:
        raise errors.not_reached(str(error)) from error
    except OSError as error:
        raise errors.not_reached(f"nobody answers at {host}:{port} ({error.strerror}).") from error
