"""Attaches once, as another user or with fewer rights, and prints the reason why it cannot.

usage: attach_once.py PID [UID GID]
"""

import ctypes  # noqa: F401 - these modules must be there before this user can no longer read them
import os
import pwd  # noqa: F401
import sys

from remora.inject import choose  # noqa: F401
from remora.inject.attach import attach
from remora.inject.ptrace import new_thread, pending_call, x86_64  # noqa: F401
from remora.inject.reasons import AttachError
from tests.inject.echo import EchoBundle

if sys.argv[2:]:
    uid, gid = map(int, sys.argv[2:])
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
try:
    attach(int(sys.argv[1]), EchoBundle())
except AttachError as error:
    print(error.reason.name)
