"""Whose keys open the door: the user's `~/.ssh/authorized_keys`, read anew at each login.

Decides, as sshd does with `StrictModes`, whether the file can be trusted at
all.  Any thread.

Source: sshd(8), sshd_config(5).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncssh

from .key_options import Permission, read_options

#: The kinds of keys; a line that does not begin with one begins with options.
_KIND = re.compile(r"((?:sk-)?(?:ssh|ecdsa)-[A-Za-z0-9@.-]+)[ \t]+([A-Za-z0-9+/=]+)(?:[ \t]|$)")
#: A file that is larger is none of keys.
_LIMIT = 1 << 20


class UnsafeFile(Exception):
    """Somebody else could have written the file; the text says what to change."""


def authorized_keys_file() -> Path:
    """The file of the user that runs this."""
    return Path.home() / ".ssh" / "authorized_keys"


def permission_of(key: asyncssh.SSHKey, path: Path) -> Permission | None:
    """What the file allows whoever has this key; None if it is not in there.

    Raises `UnsafeFile`, `OSError`, and `Unenforceable` for a key whose options forbid to use it here.
    """
    wanted = key.public_data
    for options, found in _keys(_read(path)):
        if found == wanted:
            return read_options(options)
    return None


def _read(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        _check(Path(path), os.fstat(descriptor))
        content = file.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        raise UnsafeFile(f"{path} is too large for a file of keys")
    return content.decode("utf-8", "replace")


def _check(path: Path, found: os.stat_result) -> None:
    """The file, and each directory up to the home directory, is changed by its user or root alone."""
    if not stat.S_ISREG(found.st_mode):
        raise UnsafeFile(f"{path} is no regular file")
    _check_one(path, found)
    home = Path.home().resolve()
    for directory in path.resolve().parents:
        _check_one(directory, directory.stat())
        if directory == home:
            return


def _check_one(path: Path, found: os.stat_result) -> None:
    if found.st_uid not in (os.geteuid(), 0):
        raise UnsafeFile(f"{path} belongs to another user")
    if found.st_mode & 0o022:
        raise UnsafeFile(f"{path} can be changed by others; 'chmod go-w {path}' mends that")


def _keys(text: str) -> Iterator[tuple[str, bytes]]:
    """Options and key of each line; what is no key is left out."""
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        options, rest = _split_options(line)
        found = _KIND.match(rest)
        if found is None:
            continue
        try:
            yield options, asyncssh.import_public_key(f"{found[1]} {found[2]}").public_data
        except asyncssh.KeyImportError:
            continue


def _split_options(line: str) -> tuple[str, str]:
    """What is before the first white space outside quotes, if that is no kind of key."""
    if _KIND.match(line):
        return "", line
    quoted = escaped = False
    for position, char in enumerate(line):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char in " \t" and not quoted:
            return line[:position], line[position:].strip()
    return line, ""
