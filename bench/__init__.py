"""Measurements of remora beside other debuggers: `python -m bench --help`."""
