"""Doors to debuggees for clients of other makers: DAP comes in at the front, and goes on to an agent."""
