"""Sphinx: how the documentation is built (`make docs`)."""

from remora import __version__

project = "remora"
release = __version__
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
exclude_patterns: list[str] = []
