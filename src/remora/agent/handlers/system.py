"""debugpySystemInfo: debugpy's request for what runs the program."""

from __future__ import annotations

import os
import sys

from .registry import request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..clients import Client
    from ..debugger import Debugger


@request("debugpySystemInfo", observable=True)
def system_info(debugger: Debugger, client: Client, arguments: dict[str, Any]) -> Any:
    """The interpreter and the process, in the form that debugpy gives it."""
    implementation = sys.implementation
    version = "%d.%d.%d%s%d" % implementation.version[:5]
    return {
        "python": {
            "version": version,
            "implementation": {
                "name": implementation.name,
                "version": version,
                "description": sys.version,
            },
        },
        "platform": {"name": sys.platform},
        "process": {
            "pid": os.getpid(),
            "executable": sys.executable,
            "bitness": 64 if sys.maxsize > 2**32 else 32,
        },
    }
