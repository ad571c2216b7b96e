"""From the options of `launch` or `attach` to a debuggee, however that is reached."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remora.dap import errors
from remora.inject.reasons import AttachError

from .attaching import AttachedProgram, address
from .channel import Channel
from .debuggee import Debuggee
from .launching import Launch, LaunchedProgram, explain
from .listening import dial_in
from .terminal import TerminalProgram

if TYPE_CHECKING:
    from remora.observe.picture import Picture


#: Options that say what to attach to, and those that may also say how a client has reached us.
_NAMING = ("processId", "target", "listen", "join", "core")
_CONNECTING = ("connect", "host", "port")


@dataclass(frozen=True)
class Places:
    """What whoever runs the gateway knows of where debuggees are."""

    #: The process that a pid or part of a command line names; raises `LookupError`, whose text says why not.
    find: Callable[[str], int]
    #: Where further sessions can connect to this gateway, if they can.
    address: tuple[str, int] | None = None
    #: What `find` is asked for when a client does not say.
    target: str | None = None
    #: Programs that are reached already, by pid: each is for the first client that attaches to it.
    reached: dict[int, Debuggee] = field(default_factory=dict)
    #: Clients get that target and nothing else.
    only: bool = False
    #: Clients only look.
    observe: bool = False

    def completed(self, request: dict[str, Any]) -> dict[str, Any]:
        """The `launch` or `attach` request, with `target` if it is needed.

        Some clients repeat in `connect` how they have reached us: that is no debuggee then.
        """
        if self.only:
            request = self._confined(request)
        if self.observe:
            request = self._observing(request)
        arguments = request.get("arguments") or {}
        if self.target is None or request["command"] != "attach" or not isinstance(arguments, dict):
            return request
        if any(
            arguments.get(place) is not None for place in ("processId", "target", "listen", "join", "core")
        ):
            return request
        rest = {name: value for name, value in arguments.items() if name not in _CONNECTING}
        return {**request, "arguments": {**rest, "target": self.target}}

    def _observing(self, request: dict[str, Any]) -> dict[str, Any]:
        """As somebody who only looks.  Raises `RequestError`."""
        arguments = request.get("arguments") or {}
        if request["command"] != "attach":
            raise errors.not_started("you may only look here. Use 'attach'.")
        if not isinstance(arguments, dict):
            return request
        if arguments.get("core") is not None:
            raise errors.not_reached("you may only look at programs here, not at files. Use 'processId'.")
        return {**request, "arguments": {**arguments, "observe": True}}

    def _confined(self, request: dict[str, Any]) -> dict[str, Any]:
        """With the target in the place of all that the client says of one.  Raises `RequestError`."""
        if request["command"] != "attach":
            raise errors.not_started(f"this adapter is for program {self.target} alone. Use 'attach'.")
        arguments = request.get("arguments") or {}
        if not isinstance(arguments, dict):
            return request
        if arguments.get("subProcessId") is not None:
            return request  # a child of a program that is debugged from here, and waits
        rest = {name: value for name, value in arguments.items() if name not in (*_NAMING, *_CONNECTING)}
        return {**request, "arguments": {**rest, "target": self.target}}


async def open_debuggee(
    command: str, options: dict[str, Any], supports: dict[str, Any], client: Channel, places: Places
) -> Debuggee:
    """Start or reach what the checked `options` say.

    `supports` is what the client can do, for which it may be asked.  Raises `RequestError`.
    """
    if command == "launch":
        return await _launch(options, supports, client)
    return await _attach(options, client, places)


async def _launch(options: dict[str, Any], supports: dict[str, Any], client: Channel) -> Debuggee:
    plan = Launch.of(options)
    if options["console"] != "internalConsole" or options.get("sudo"):
        return await TerminalProgram.start(plan, options, supports, client)
    try:
        return await LaunchedProgram.start(plan)
    except (OSError, AttachError) as error:
        raise errors.not_started(explain(error, plan)) from error


async def _attach(options: dict[str, Any], client: Channel, places: Places) -> Debuggee:
    try:
        if "subProcessId" in options:
            return await AttachedProgram.by_joining(int(options["subProcessId"]))
        if "listen" in options:
            return await dial_in(*address(options["listen"]), client)
        if "connect" in options:
            return await AttachedProgram.by_address(*address(options["connect"]))
        if "core" in options:
            return await _look(Path(options["core"]), executable=options.get("executable"))
        pid = options["processId"] if "processId" in options else places.find(str(options["target"]))
        reached = places.reached.pop(int(pid), None)
        if reached is not None:
            return reached
        return await _attach_to_process(int(pid), options, client)
    except (AttachError, LookupError) as error:
        raise errors.not_reached(str(error)) from error
    except OSError as error:
        raise errors.not_reached(_unreachable(options, error)) from error


async def _attach_to_process(pid: int, options: dict[str, Any], client: Channel) -> Debuggee:
    """Get into a process, or else look at it from outside.

    Raises `AttachError`, and `LookupError` where it was to be looked at only and cannot be.
    """
    if options.get("outside"):
        return await _look(pid)
    try:
        return await AttachedProgram.by_pid(pid)
    except AttachError as error:
        # A client without debugging wants to run code, for which a picture is no use.
        is_wanted = options.get("outside", True) and not options.get("noDebug")
        if not (is_wanted and error.reason.leaves_a_look):
            raise
        client.event("output", {"category": "important", "output": f"{error.what}\n"})
        try:
            return await _look(pid)
        except LookupError:
            raise error from None


async def _look(target: int | Path, *, executable: str | None = None) -> Debuggee:
    """A process, or what has left a core file, from outside.  Raises `LookupError`."""
    from remora.observe.frozen import CannotLook, look

    from .picture.program import PictureProgram

    def take() -> Picture:
        try:
            return look(target, locals=True, executable=Path(executable) if executable else None)
        except CannotLook as error:
            raise LookupError(f"{error}.") from None

    return await PictureProgram.seen(take)


def _unreachable(options: dict[str, Any], error: OSError) -> str:
    if "listen" in options:
        host, port = address(options["listen"])
        known = error.errno is not None and error.errno > 0
        reason = os.strerror(error.errno or errno.EINVAL) if known else str(error)
        return f"cannot listen on {host}:{port} ({reason}). Give another port."
    host, port = address(options["connect"])
    return f"nobody answers at {host}:{port} ({error.strerror}). Start the program there first."
