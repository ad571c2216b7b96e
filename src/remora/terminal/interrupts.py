"""Ctrl-C, which is for the program or for what is done with it, and does not end remora."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def catching_interrupts(interrupt: Callable[[], object]) -> Iterator[None]:
    """Have `interrupt` called in the event loop for each Ctrl-C until the end of the block."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
