"""Reading the memory of a process or of a core file: stacks, locks, deadlocks, names, tasks."""

from .interior import CannotRead, Interior, enrich
from .showing import TooLong

__all__ = ["CannotRead", "Interior", "TooLong", "enrich"]
