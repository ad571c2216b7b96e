"""What the options of a key come to; the doors themselves are tried in tests/gateway/ssh."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from remora.gateway.ssh.commands import NotAllowed, Offer
from remora.gateway.ssh.key_options import Permission, Unenforceable, read_options

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sources", "address", "admitted"),
    [
        ("10.1.*", "10.1.2.3", True),
        ("10.1.*", "10.2.2.3", False),
        ("10.0.0.0/8", "10.200.1.1", True),
        ("10.0.0.0/8,!10.2.0.0/16", "10.2.1.1", False),
        ("!10.2.0.0/16", "10.3.1.1", False),
        ("10.0.0.0/8", "::ffff:10.1.1.1", True),
        ("fe80::/10", "fe80::1%eth0", True),
        ("2001:DB8::1", "2001:db8::1", True),
    ],
)
def test_from(sources: str, address: str, admitted: bool) -> None:
    assert read_options(f'from="{sources}"').admits(address, NOW) is admitted


@pytest.mark.parametrize(
    ("time", "good"),
    [("20260501", False), ("20260502Z", True), ("202605011159Z", False), ("20260501120001Z", True)],
)
def test_expiry(time: str, good: bool) -> None:
    assert read_options(f'expiry-time="{time}"').admits("10.0.0.1", NOW) is good


def test_later_options_change_earlier_ones() -> None:
    assert read_options("restrict,pty").pty is True
    assert read_options("pty,restrict").pty is False
    assert read_options("RESTRICT").pty is False


def test_quotes_in_values() -> None:
    forced = read_options(r'command="remora attach 1 -e \"p 1\"",no-pty')
    assert forced == Permission(pty=False, forced=("attach", "1", "-e", "p 1"))


@pytest.mark.parametrize(
    "text", ['command="remora', "a b", ",", 'from=""', 'command="remora"', "=x", 'command=""']
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Unenforceable):
        read_options(text)


OBSERVER = Permission(role="observer")


@pytest.mark.parametrize(
    ("offer", "permission", "asked", "words"),
    [
        (Offer(), Permission(), "remora attach 7 -e bt", ["attach", "7", "-e", "bt"]),
        (Offer(), Permission(), "", ["attach"]),
        (Offer(7), Permission(), "attach", ["attach", "7"]),
        (Offer(7), Permission(), "attach --batch -e bt", ["attach", "7", "--batch", "-e", "bt"]),
        (Offer(7), Permission(), "attach 7 --batch", ["attach", "7", "--batch"]),
        (Offer(7), Permission(), "dap", ["dap", "--only", "7"]),
        (Offer(), Permission(), "shell 7 --thread main", ["shell", "7", "--thread", "main"]),
        (Offer(7), Permission(), "shell --loop", ["shell", "7", "--loop"]),
        (Offer(), Permission(), "exec 7 -c 'len(q)'", ["exec", "7", "-c", "len(q)"]),
        (Offer(7), Permission(), "exec --json -c q 8", ["exec", "7", "--json", "-c", "q", "8"]),
        (Offer(7), Permission(), "exec 7 - a", ["exec", "7", "-", "a"]),
        (Offer(), OBSERVER, "attach 7", ["attach", "--observe", "7"]),
        (Offer(7), OBSERVER, "dap", ["dap", "--observe", "--only", "7"]),
        (Offer(), Permission(forced=("ps",)), "attach 7", ["ps"]),
    ],
)
def test_commands(offer: Offer, permission: Permission, asked: str, words: list[str]) -> None:
    assert offer.command(asked, permission) == words


@pytest.mark.parametrize(
    ("offer", "permission", "asked"),
    [
        (Offer(7), Permission(), "attach 8"),
        (Offer(7), Permission(), "dap 8"),
        (Offer(7), Permission(), "run x.py"),
        (Offer(7), Permission(), "ps"),
        (Offer(), OBSERVER, "run x.py"),
        (Offer(), OBSERVER, "shell 7"),
        (Offer(), Permission(), "shell --connect elsewhere 7"),
        (Offer(7), Permission(), "dap --connect=elsewhere"),
        (Offer(7), Permission(), "shell 8"),
        (Offer(), OBSERVER, "attach 7 -x /etc/passwd"),
        (Offer(), OBSERVER, "attach 7 -x/etc/passwd"),
        (Offer(), OBSERVER, "dap --connect elsewhere"),
        (Offer(), OBSERVER, "dap --listen=1"),
        (Offer(), Permission(), "serve"),
        (Offer(own_pid=9), Permission(), "attach --batch 9"),
        (Offer(), Permission(), "attach 'x"),
    ],
)
def test_what_is_not_allowed(offer: Offer, permission: Permission, asked: str) -> None:
    with pytest.raises(NotAllowed):
        offer.command(asked, permission)
