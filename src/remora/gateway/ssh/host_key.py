"""The key by which clients know this user's gateways again: made once, and kept.

Any thread.  Source: ssh-keygen(1); the private key is in OpenSSH's own format.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import asyncssh

from remora.folders import config_folder

_NAME = "ssh_host_ed25519_key"


class UnusableKey(Exception):
    """The kept key is open to others, or is none; the text says which."""


def host_key(directory: Path | None = None) -> asyncssh.SSHKey:
    """The kept key, made if there is none.  Raises `UnusableKey`, `OSError`."""
    directory = directory or Path(config_folder())
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / _NAME
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)


def _read(path: Path) -> asyncssh.SSHKey:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise UnusableKey(f"{path} could be read or changed by others; remove it, and a new one is made")
        try:
            return asyncssh.import_private_key(file.read())
        except asyncssh.KeyImportError as error:
            raise UnusableKey(f"the host key cannot be read: {error}") from error


def _make(path: Path) -> None:
    """Write a new key, of which others see nothing or all; whoever is first has made it."""
    key = asyncssh.generate_private_key("ssh-ed25519", comment="remora")
    draft = path.with_name(f".{_NAME}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(key.export_private_key())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
