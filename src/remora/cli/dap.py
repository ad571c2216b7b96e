"""`remora dap`: a debug adapter for IDEs."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Speak DAP on standard input and output."""
    from remora.gateway.ide.opening import Places
    from remora.gateway.ide.server import serve_stdio

    asyncio.run(serve_stdio(capabilities, Places(find=_find)))
    return 0


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
