"""`remora stack --watch`: the picture again and again, as `top` shows processes.

Decides what a terminal shows of a picture that is longer than it, and which keys
there are; must not know how a picture is taken.  The main thread.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from remora.terminal.style import Style, is_coloured

#: Takes a picture: its lines, painted.
Take = Callable[[Style], list[str]]

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_HOME, _TO_LINE_END, _TO_SCREEN_END = "\x1b[H", "\x1b[K", "\x1b[J"
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
#: By how many lines a key moves the text; a page is what the screen holds.
_LINES = {b"j": 1, b"\x1b[B": 1, b"\x1bOB": 1, b"k": -1, b"\x1b[A": -1, b"\x1bOA": -1}
_PAGES = {b" ": 1, b"\x1b[6~": 1, b"b": -1, b"\x1b[5~": -1}
_QUIT = (b"q", b"Q", b"\x03", b"\x04")


def watch(take: Take, seconds: float, *, between: str = "\n") -> None:
    """Show pictures until `q` or Ctrl-C; without a terminal, print them one after the other.

    What `take` raises ends it, with the terminal as it was.
    """
    if sys.stdout.isatty() and sys.stdin.isatty():
        _on_terminal(take, seconds)
        return
    style = Style()
    while True:
        print("\n".join(take(style)), end="\n" + between, flush=True)
        time.sleep(seconds)


def _on_terminal(take: Take, seconds: float) -> None:
    style, first = Style(is_coloured(sys.stdout)), 0
    with _raw_terminal(), _resizes() as resized:
        while True:
            lines = take(style)
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                first = _show(lines, first)
                key = _key(left, resized)
                if key in _QUIT:
                    return
                first += _LINES.get(key, 0) + _PAGES.get(key, 0) * (_size()[1] - 1)


def _show(lines: Sequence[str], first: int) -> int:
    """Draw as much as there is room for; the first line that is shown."""
    width, height = _size()
    first = max(min(first, len(lines) - height + 1), 0)
    shown = [cut(line, width) + _TO_LINE_END for line in lines[first : first + height - 1]]
    rest = len(lines) - first - len(shown)
    status = f"q quits; {'space, j and k move; ' if rest or first else ''}{_more(rest)}"
    # The last line ends without a line feed, which would move all of them up.
    out = _HOME + "\r\n".join([*shown, f"\x1b[2m{cut(status, width)}\x1b[0m{_TO_LINE_END}"]) + _TO_SCREEN_END
    sys.stdout.write(out)
    sys.stdout.flush()
    return first


def _more(rest: int) -> str:
    return f"{rest} more line{'s' * (rest != 1)} below" if rest else time.strftime("%H:%M:%S")


def cut(line: str, width: int) -> str:
    """As much of a painted line as fits; its colours end with it."""
    parts: list[str] = []
    room = width
    for part in _COLOUR.split(line):
        if part.startswith("\x1b["):
            parts.append(part)
        else:
            parts.append(part[:room])
            room -= len(parts[-1])
    return "".join(parts)


def _size() -> tuple[int, int]:
    size = os.get_terminal_size(sys.stdout.fileno())  # which follows the window, as COLUMNS does not
    return size.columns, max(size.lines, 2)


def _key(timeout: float, resized: int) -> bytes:
    """What was typed, if anything was before the time is over or the terminal has another size."""
    ready, _, _ = select.select([sys.stdin.fileno(), resized], [], [], timeout)
    if resized in ready:
        os.read(resized, 4096)
    if sys.stdin.fileno() not in ready:
        return b""
    # A terminal that has gone has nothing more to say.
    return os.read(sys.stdin.fileno(), 64) or _QUIT[0]


@contextmanager
def _raw_terminal() -> Iterator[None]:
    """The other screen, and keys one by one, as long as this lasts."""
    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    tty.setcbreak(fd)
    try:
        sys.stdout.write(_ENTER)
        yield
    finally:
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


@contextmanager
def _resizes() -> Iterator[int]:
    """A descriptor that can be read when the terminal has another size."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.signal(signal.SIGWINCH, lambda *_: None)
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(wakeup)
        signal.signal(signal.SIGWINCH, before)
        os.close(reader)
        os.close(writer)
