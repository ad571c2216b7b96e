"""A program that lets go of its debugger before there is a session."""

from __future__ import annotations

import socket

import pytest

from remora.cli import CommandError, parser
from remora.cli.session import converse


def test_it_is_one_sentence() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    options = parser.parse(["attach", "4711", "--batch", "-e", "bt"])
    with pytest.raises(CommandError, match="process 4711 let go before the session began"):
        converse((ours, 4711), options, "attach", local_sources=True)
