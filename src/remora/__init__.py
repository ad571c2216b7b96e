"""remora, the debugger that attaches to running Python programs.

Importing this package only defines names: old interpreters (3.8 and later)
import it too, and parts of it travel into programs that are being debugged.
"""

__version__ = "0.1.0"
