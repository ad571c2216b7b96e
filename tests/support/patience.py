"""How long a test waits for what has to come: long, since a busy machine is no fault."""

PATIENCE = 60.0
"""Seconds, for each wait.  Only a test that fails takes that long."""
