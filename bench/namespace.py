"""A mount namespace of our own, in which the Debian tree has a `/proc`.

Debuggers that run inside the tree look their target up there.  Debuggers and
targets all run in the namespace, and the mount goes with it.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.pythons import debian_tree

#: Set where we are inside already.
_INSIDE = "REMORA_BENCH_NAMESPACE"


def enter() -> None:
    """Start this command again in the namespace, unless it runs there or there is no tree."""
    proc = debian_tree() / "proc"
    if not proc.is_dir() or (proc / "self").exists():
        return
    if os.environ.get(_INSIDE):
        subprocess.run(["mount", "-t", "proc", "proc", str(proc)], check=True)
        return
    os.environ[_INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--mount", sys.executable, "-m", "bench", *sys.argv[1:]])
