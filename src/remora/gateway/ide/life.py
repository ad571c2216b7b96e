"""The life of one debuggee: started or reached, held, asked to end, left.

Decides what happens at its end and when its client goes.  Runs in one event
loop, `run` as a task of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from remora.dap import errors, messages
from remora.dap.errors import RequestError
from remora.inject.reasons import GONE, AttachError

from . import undebugged
from .channel import Channel, Message, RefusedRequest
from .children import Children
from .configuration import Configuration
from .forwarding import Forwarding
from .opening import Places, open_debuggee
from .option_kinds import ONLY_EXEC
from .options import settle, without_effect, without_place
from .output import follow_output
from .path_mapping import PathMapping

if TYPE_CHECKING:
    from .debuggee import Debuggee

#: What the gateway can do for every program.
OURS = {"supportsRestartRequest": True}
#: Seconds for a program that was asked to end, before it is asked harder.
GRACE = 5.0


class Life:
    """From the request `launch` or `attach` on."""

    def __init__(
        self,
        client: Channel,
        request: Message,
        supports: Message,
        places: Places,
        configuration: Configuration,
        capabilities: Message,
    ) -> None:
        """`supports` are what the client said of itself in `initialize`.

        `capabilities` are what it was told last, and are changed when it is told others.  Raises
        `RequestError` for wrong options.
        """
        self.request = request
        self._client = client
        self._supports = supports
        self._places = places
        self._configuration = configuration
        self._capabilities = capabilities
        self._options = settle(str(request["command"]), request.get("arguments"))
        self._debuggee: Debuggee | None = None
        self._forwarding: Forwarding | None = None
        #: Requests that came before there was anybody to answer them.
        self._early: list[Message] = []
        self._ending: asyncio.Task[None] | None = None
        self._children: Children | None = None

    async def run(self, restart: Message | None = None) -> int | None:
        """The exit status, if we are to know it.

        A cancelled one leaves the program to go on.  `restart` is the request that is answered
        instead of the first one, if the client has configured everything before.  Raises
        `RequestError` if the program cannot be started or reached.
        """
        command = str(self.request["command"])
        for text in without_effect(command, self._options):
            self._tell(text)
        self._debuggee = await open_debuggee(
            command, self._options, self._supports, self._client, self._places
        )
        try:
            return await self._hold(self._debuggee, restart)
        finally:
            if self._ending is not None:
                self._ending.cancel()

    def pass_on(self, request: Message) -> None:
        """A request that is not about the session itself.  Raises `RequestError`."""
        if self._forwarding is not None:
            self._forwarding.pass_on(self._with_children(request))
        elif self._debuggee is not None:
            self._client.send(messages.response(request, undebugged.answer(request)))
        else:
            self._early.append(request)

    def terminate(self, request: Message) -> None:
        """Ask the program to end, and see to it unless that is only to be a Ctrl-C."""
        if self._forwarding is not None:
            self._forwarding.pass_on(request)
        elif self._debuggee is not None:
            self._debuggee.signal(signal.SIGINT, group=False)
            self._client.send(messages.response(request))
        only_interrupts = self._options.get("onTerminate") == "KeyboardInterrupt"
        if self._debuggee is not None and self._debuggee.is_launched and not only_interrupts:
            if self._takes_children():
                self._debuggee.take_children()
            self._ending = self._ending or asyncio.create_task(self._end_harder(self._debuggee))

    async def leave(self, terminate: bool | None, suspend: bool | None = None) -> bool:
        """End the program, or have its agent go; if that is not said, end what was launched.

        `suspend` says whether a stopped program stays so; None leaves that to `onDisconnect`.
        True if it is going to end.  Raises `RequestError` for one that is only looked at and is to end.
        """
        debuggee = self._debuggee
        if debuggee is None:
            return False
        if terminate and debuggee.is_picture:
            raise errors.only_a_picture("disconnect")
        ends = debuggee.is_launched if terminate is None else terminate
        if ends and debuggee.is_launched:
            debuggee.signal(signal.SIGKILL, group=self._takes_children())
        elif self._forwarding is not None:
            await self._forwarding.leave(terminate=ends, suspend=suspend)
        if not ends:
            debuggee.release()
        return ends

    @property
    def is_under_way(self) -> bool:
        """Whether there is a program already."""
        return self._debuggee is not None

    async def _hold(self, debuggee: Debuggee, restart: Message | None) -> int | None:
        if debuggee.stream is None:
            return await self._hold_undebugged(debuggee, restart or self.request)
        paths = PathMapping.of(self._options, _directory(self._options, debuggee))
        forwarding = Forwarding(self._client, debuggee, paths, self._configuration)
        self._forwarding = forwarding
        request = {**self.request, "arguments": without_place(self._options)}
        children = self._children = self._open_children(debuggee)
        try:
            async with asyncio.TaskGroup() as tasks:
                following = None
                if children is not None:
                    request["arguments"]["remoraChildren"] = children.way_in
                    following = tasks.create_task(children.follow())
                forwarding.greet(self._supports).add_done_callback(self._tell_capabilities)
                beginning = None
                if restart is None:
                    forwarding.pass_on(request)
                else:
                    beginning = tasks.create_task(self._begin_again(forwarding, request, restart))
                self._pass_on_early()
                status = await forwarding.follow()
                if children is not None:
                    await children.see_off(unannounced=forwarding.is_cut_off and not debuggee.is_launched)
                for task in (beginning, following):
                    if task is not None:
                        task.cancel()
                return status
        finally:
            if children is not None:
                children.close()
            await forwarding.aclose()

    def _with_children(self, request: Message) -> Message:
        """The request; one that changes which children are followed, with what the agent needs for that.

        Raises `RequestError`.
        """
        arguments = request.get("arguments")
        if request["command"] != "remora/configure" or not isinstance(arguments, dict):
            return request
        wanted = arguments.get("subProcess")
        if wanted is None:
            return request
        if self._children is None:
            raise errors.not_supported("remora/configure", "this session began without 'subProcess'.")
        self._children.want(wanted)
        return {**request, "arguments": {**arguments, "remoraChildren": self._children.way_in}}

    def _open_children(self, debuggee: Debuggee) -> Children | None:
        """Sessions for its child processes, if they are wanted and it is of this host."""
        if not self._options.get("subProcess", True) or not debuggee.pid or debuggee.is_picture:
            return None
        try:
            return Children(self._client, self._supports, self.request, debuggee.pid, self._places)
        except (AttachError, OSError) as error:
            is_gone = isinstance(error, AttachError) and error.reason is GONE
            if is_gone or self._options.get("subProcess") == ONLY_EXEC:
                return None  # nobody has asked for more than what is possible
            self._tell(f"Child processes go on without a debugger: {error}")
            return None

    def _tell(self, text: str) -> None:
        self._client.event("output", {"category": "console", "output": text + "\n"})

    async def _begin_again(self, forwarding: Forwarding, request: Message, restart: Message) -> None:
        try:
            await forwarding.begin_again(request)
        except RefusedRequest as refusal:
            self._client.refuse(restart, errors.not_started(str(refusal)))
        else:
            self._client.send(messages.response(restart))

    async def _hold_undebugged(self, debuggee: Debuggee, request: Message) -> int | None:
        """It runs at once: there is nothing to be configured, and so no event `initialized`."""
        self._client.send(messages.response(request))
        self._client.event("process", undebugged.process(debuggee))
        self._pass_on_early()
        return await follow_output(self._client, debuggee)

    def refuse_early(self, error: RequestError) -> None:
        """Answer what nobody else will."""
        for request in self._early:
            self._client.refuse(request, error)
        self._early.clear()

    def _pass_on_early(self) -> None:
        early, self._early = self._early, []
        for request in early:
            try:
                self.pass_on(request)
            except RequestError as error:
                self._client.refuse(request, error)

    def _tell_capabilities(self, greeting: asyncio.Future[Message]) -> None:
        """Tell the client, if this debuggee can do other things than the client was told last."""
        said = greeting.result().get("body")
        if not said:
            return
        before = {name: value is not True and value for name, value in self._capabilities.items()}
        can = {**before, **said, **OURS}
        if can != self._capabilities:
            self._capabilities.clear()
            self._capabilities.update(can)
            self._client.event("capabilities", {"capabilities": can})

    async def _end_harder(self, debuggee: Debuggee) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            await asyncio.sleep(GRACE)
            debuggee.signal(number, group=self._takes_children())

    def _takes_children(self) -> bool:
        return bool(self._options.get("terminateChildProcesses", True))


def _directory(options: Message, debuggee: Debuggee) -> str:
    """Where the program began, to which a `remoteRoot` of "." refers."""
    try:
        return os.readlink(f"/proc/{debuggee.pid}/cwd")
    except OSError:
        return "/"  # it is not of this host
