"""What the tests of values need in place of pytest, which the old interpreters lack."""

from __future__ import annotations

import sys


def raised(kind, function, *args, **kwargs):
    """Return the exception that a call raises; fail if it raises none."""
    try:
        function(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def here():
    """Return the frame of the caller."""
    return sys._getframe(1)
