"""Reading the memory of a process or of a core file: stacks, locks, deadlocks, names, tasks."""

from .interior import CannotRead, Interior, enrich

__all__ = ["CannotRead", "Interior", "enrich"]
