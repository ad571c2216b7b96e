"""A stream over the standard input and output of a command, such as `ssh HOST ...`.

What the command says on its standard error is kept apart, to tell why it failed.
"""

from __future__ import annotations

import asyncio
import asyncio.subprocess
from collections.abc import Sequence

from .base import SocketStream

#: Bytes of standard error that are kept: the last ones.
STDERR_KEPT = 16 * 1024
#: Seconds that a command has to end after its standard input was closed.
GRACE = 2.0


async def open_command(argv: Sequence[str]) -> CommandStream:
    """Start a command.  Raises `OSError` if there is no such program."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
    return CommandStream(process)


class CommandStream(SocketStream):
    """The stream of a running command, which ends with it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stdin is not None
        super().__init__(process.stdout, process.stdin)
        self._process = process
        self._stderr = bytearray()
        self._listening = asyncio.create_task(self._keep_stderr())

    async def stderr(self) -> str:
        """What the command has complained of until its end, for which this waits."""
        await self._listening
        return self._stderr.decode(errors="replace")

    async def returncode(self) -> int:
        """The exit status, or minus the number of the signal; waits for the end of the command."""
        return await self._process.wait()

    async def aclose(self) -> None:
        """Close its standard input; a command that does not end of that within `GRACE` is terminated."""
        await super().aclose()
        try:
            await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening

    async def _keep_stderr(self) -> None:
        assert self._process.stderr is not None
        while received := await self._process.stderr.read(4096):
            self._stderr += received
            del self._stderr[:-STDERR_KEPT]
