"""Stands for `remora.agent`."""
