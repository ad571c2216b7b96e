"""What the options of `attach` and `launch` mean to the agent, in the one form that it reads.

Pure.  Configurations written for debugpy keep their meaning: its names and
defaults are ours, and what older ones spell otherwise is translated.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What the list `debugOptions` of old configurations may hold → the option that it has become.
_FLAGS: dict[str, tuple[str, Any]] = {
    "DebugStdLib": ("justMyCode", False),
    "RedirectOutput": ("redirectOutput", True),
    "ShowReturnValue": ("showReturnValue", True),
    "StopOnEntry": ("stopOnEntry", True),
    "BreakOnSystemExitZero": ("breakOnSystemExitZero", True),
    "Django": ("django", True),
    "Flask": ("flask", True),
}


def effective(arguments: dict[str, Any]) -> dict[str, Any]:
    """The options with old spellings translated and `justMyCode` decided; what is given plainly wins."""
    options: dict[str, Any] = {"justMyCode": not arguments.get("debugStdLib", False)}
    for flag in arguments.get("debugOptions") or ():
        if flag in _FLAGS:
            name, value = _FLAGS[flag]
            options[name] = value
    options.update(arguments)
    return options
