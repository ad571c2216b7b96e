"""The order in which messages have their effect."""

from __future__ import annotations

import asyncio

from remora.dap import messages
from remora.dap.framing import encode
from remora.gateway.ide.channel import Channel
from remora.transport.memory import open_pair


def test_an_answer_has_its_effect_before_what_comes_with_it() -> None:
    assert asyncio.run(effects()) == ["answered", "attach"]


async def effects() -> list[str]:
    near, far = open_pair()
    channel = Channel(near)
    seen: list[str] = []
    channel.ask("initialize", {}).add_done_callback(lambda _: seen.append("answered"))
    answers = [
        messages.response({"seq": seq, "command": name}) for seq, name in ((1, "initialize"), (7, "attach"))
    ]
    far.write(b"".join(encode({**answer, "seq": 1}) for answer in answers))
    async for message in channel.received():
        seen.append(message["command"])
        break
    await channel.aclose()
    return seen
