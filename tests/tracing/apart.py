"""Runs a function in a process of its own, so that what it breaks stays broken there alone."""

from __future__ import annotations

import faulthandler
import json
import os
import traceback
from collections.abc import Callable
from typing import Any

#: Seconds after which something that should have happened has not.
PATIENCE = 8


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `function` returns, which JSON can hold, or the text of what it raises, or where it hangs."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=writer)
        try:
            result = function(*arguments)
        except BaseException:
            result = traceback.format_exc()
        with open(writer, "w") as file:
            json.dump(result, file)
        os._exit(0)
    os.close(writer)
    with open(reader) as file:
        text = file.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if status == 0 else f"the process ended with wait status {status}\n{text}"
