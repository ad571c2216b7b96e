"""The agent as something that can be sent: its modules as one self-contained value.

Knows the travelling packages as text alone.
"""

from .cache import Bundle

__all__ = ["Bundle"]
