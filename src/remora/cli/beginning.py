"""How the debug sessions of one console begin, by what the command line says of them.

Decides what is asked for with the request `attach` or `launch`, and what the
console is told.  Must not know how a program is reached.  Runs in one event loop.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .terminals import is_script, is_terminal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from remora.client.client import Client
    from remora.client.session import Session
    from remora.terminal.following import Connect
    from remora.terminal.options import Kind, Options

    #: A client, and which program an adapter at its other end is to attach to.
    Line = tuple[Client, dict[str, Any]]


@dataclass(frozen=True)
class Beginning:
    """The same for every session of a console: the first one, and those that come after it."""

    #: The words of the command line.
    options: argparse.Namespace
    kind: Kind
    #: Makes one more connection of the same kind, for a child process; without it none is followed.
    connect: Connect | None = None

    async def session(self, line: Line, *, stops: bool = False) -> Session:
        """Start a session; the program is stopped as the options say, or in any case with `stops`."""
        from remora.client.session import Session

        client, place = line
        if place and is_script(self.options):
            place = {"outside": False, **place}
        session = Session(client)
        arguments = self._arguments(place, stops)
        await session.start(
            # An adapter between us and a program that we have started is to attach to it.
            self.kind if not place else "attach",
            arguments,
            _uncaught(session) if self.kind == "launch" else None,
            client_arguments=self._introduction(),
            at_once=True,
        )
        if not arguments["stopOnEntry"]:
            await session.learn_stops()
        return session

    def console(
        self, *, local_sources: bool, begin_again: Callable[[], Awaitable[Session]] | None = None
    ) -> Options:
        """What the console is told.  `begin_again` starts the program again, or gets into it."""
        from remora.terminal.options import Options
        from remora.terminal.profile import profile_path

        options = self.options
        return Options(
            files=options.files,
            commands=options.commands,
            kind=self.kind,
            stopped=options.stop and not options.observe,
            # An observer, who may come from elsewhere, sees what the program has loaded and no other file.
            local_sources=local_sources and not options.observe,
            observe=options.observe,
            timeout=options.timeout,
            begin_again=begin_again,
            profile=profile_path() if options.profile and is_terminal() and not options.observe else None,
            follow_fork=options.follow_fork or "parent",
            client_arguments=self._introduction(),
        )

    def _introduction(self) -> dict[str, Any]:
        """What a console says of itself in `initialize`."""
        return {
            "clientName": own_name(),
            "supportsRemoraStopDetails": True,
            "supportsStartDebuggingRequest": self.connect is not None,
        }

    def _arguments(self, place: dict[str, Any], stops: bool) -> dict[str, Any]:
        """Those of the request `attach` or `launch`."""
        from remora.terminal.following import subprocess_option

        options = self.options
        follows = self.connect is not None and subprocess_option(options.follow_fork or "parent")
        return {
            **place,
            "stopOnEntry": stops or (options.stop and not options.observe),
            "showArguments": True,
            # As pdb: steps go into libraries, and the end of a program is no fault.
            "justMyCode": False,
            "breakOnSystemExit": [],
            "raisedInEachFrame": False,
            # Lists, not a tree that is opened by clicking.
            "variablePresentation": {"all": "inline", "special": "hide"},
            "subProcess": follows,
            **_manner(options),
        }


def own_name() -> str:
    """Who this is, for the other clients of a program: user, host, and terminal if there is one."""
    import pwd

    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    name = f"{user}@{os.uname().nodename}"
    try:
        return f"{name} {os.ttyname(0).removeprefix('/dev/')}"
    except OSError:
        return name


def _manner(options: argparse.Namespace) -> dict[str, Any]:
    """How this client takes part in the session, as options of the request."""
    return {
        name: value
        for name, value in (
            ("observe", options.observe),
            ("redirectOutput", options.output),
            ("onDisconnect", options.on_disconnect),
        )
        if value
    }


def _uncaught(session: Any) -> Any:
    """A program that is run from here stops when it is about to end by an exception."""

    async def configure() -> None:
        await session.client.request("setExceptionBreakpoints", {"filters": ["uncaught"]})

    return configure
