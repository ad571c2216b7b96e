"""Runs a function in a process of its own, so that what it breaks stays broken there alone."""

from __future__ import annotations

import faulthandler
import json
import os
import traceback
from collections.abc import Callable
from typing import Any

#: Seconds after which something that should have happened has not.
PATIENCE = 50


class Failed(Exception):
    """The text says how."""


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `function` returns, which JSON can hold.  Raises `Failed` if it raises, hangs, or dies."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=writer)
        status = 0
        try:
            result = json.dumps(function(*arguments))
        except BaseException:
            status, result = 1, traceback.format_exc()
        with open(writer, "w") as file:
            file.write(result)
        os._exit(status)
    os.close(writer)
    with open(reader) as file:
        text = file.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise Failed(f"wait status {status}\n{text}")
    return json.loads(text)
