"""Reading the memory of a process or of a core file: locks, deadlocks, names, tasks."""

from .enriching import enrich

__all__ = ["enrich"]
