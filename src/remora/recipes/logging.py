"""The loggers: levels and handlers. With a level, the logger is set to it.

Without a logger all that exist are listed; `root` is the root logger. The level `NOTSET` gives a logger the
level of the one above it. What is set stays when you leave.
"""

from __future__ import annotations

import sys

from ..agent.inspection.presentation import printable, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Arguments

ARGUMENTS: Arguments = (
    {"name": "logger", "help": "its name; of all that have it in their name without a level"},
    {
        "name": "level",
        "help": "DEBUG, INFO, WARNING, ERROR, CRITICAL, NOTSET, the program's own, or a number",
    },
    {"name": "--handlers", "kind": "flag", "help": "set the level of the logger's handlers, too"},
)


def collect(logger: str = "", level: str = "", handlers: bool = False) -> dict[str, Any]:
    """Return `loggers`, root first; with a level, the one that was set, with its level `before`."""
    logging: Any = sys.modules.get("logging")
    if logging is None:
        return {"refusal": "the program has not imported logging"}
    if level:
        return _set(logging, logger, level, handlers)
    known = list(logging.root.manager.loggerDict.items())
    found = [logging.root, *(each for _, each in sorted(known) if isinstance(each, logging.Logger))]
    rows = [_describe(logging, each) for each in found if logger in _name(each)]
    return {"loggers": rows, "disabled": _level_name(logging, logging.root.manager.disable)}


def _set(logging: Any, name: str, text: str, handlers: bool) -> dict[str, Any]:
    level = _level(logging, text)
    if level is None:
        known = ", ".join(logging.getLevelName(each) for each in (10, 20, 30, 40, 50))
        return {"refusal": "%r is no level; there are %s, and numbers" % (text, known)}
    logger = logging.root if name in ("root", "") else logging.root.manager.loggerDict.get(name)
    if not isinstance(logger, logging.Logger):
        return {"refusal": "there is no logger %r; without a level those that exist are listed" % name}
    before = _level_name(logging, logger.level)
    logger.setLevel(level)
    if handlers:
        for handler in logger.handlers:
            handler.setLevel(level)
    disabled = _level_name(logging, logging.root.manager.disable)
    return {"loggers": [_describe(logging, logger)], "before": before, "disabled": disabled}


def _level(logging: Any, text: str) -> int | None:
    if text.isdigit():
        return int(text)
    known = logging.getLevelName(text.upper())
    return known if isinstance(known, int) else None


def _describe(logging: Any, logger: Any) -> dict[str, Any]:
    return {
        "name": _name(logger),
        "level": _level_name(logging, logger.level),
        "effective": _level_name(logging, logger.getEffectiveLevel()),
        "propagate": bool(logger.propagate),
        "disabled": bool(logger.disabled),
        "filters": len(logger.filters),
        "handlers": [_describe_handler(logging, each) for each in list(logger.handlers)],
    }


def _describe_handler(logging: Any, handler: Any) -> dict[str, Any]:
    return {"type": type_name(handler), "level": _level_name(logging, handler.level), "to": _target(handler)}


def _target(handler: Any) -> str:
    """Return where a handler writes, as far as it says: a file, a stream, an address."""
    space = getattr(handler, "__dict__", {})
    stream = getattr(handler, "stream", None)
    for found in (space.get("baseFilename"), getattr(stream, "name", None), space.get("address")):
        if isinstance(found, (str, tuple, int)):
            return printable(str(found))
    host = space.get("host")
    return printable("%s:%s" % (host, space.get("port"))) if host else ""


def _name(logger: Any) -> str:
    return printable(str(logger.name))


def _level_name(logging: Any, level: int) -> str:
    return printable(str(logging.getLevelName(level)))
