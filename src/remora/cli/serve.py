"""`remora serve`: a door for other hosts to the Python processes of this user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .gate import gate_of, serve

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    from remora.gateway.ssh.commands import Offer

    return serve(gate_of(options), Offer(), "for every process of yours")
