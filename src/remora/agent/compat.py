"""How this interpreter behaves: the only place of the agent that compares versions.

Each flag is named for the behaviour, and says what was observed.
"""

from __future__ import annotations

import sys

#: `sys.monitoring` (PEP 669) reports events per code object; before, there is `sys.settrace` alone.
HAS_MONITORING = sys.version_info >= (3, 12)

#: `code.co_lines()` (PEP 626).
HAS_CO_LINES = sys.version_info >= (3, 10)

#: A function begins with RESUME; what stands before it belongs to the line of `def` and reports no line.
HAS_RESUME = sys.version_info >= (3, 11)

#: `code.co_qualname`.
HAS_CO_QUALNAME = sys.version_info >= (3, 11)

#: `code.co_positions()` (PEP 657).
HAS_CO_POSITIONS = sys.version_info >= (3, 11)

#: `frame.f_locals` of a function is a proxy that writes through (PEP 667); before, it is a snapshot.
LOCALS_WRITE_THROUGH = sys.version_info >= (3, 13)

#: A step that comes round to the line where it began, in a one-line loop, goes on; before, it stopped there
#: each time.  We do what the pdb of the same interpreter does (gh-136057).
STEPS_LEAVE_THEIR_LINE = sys.version_info >= (3, 13, 6)

#: An exception that leaves a frame can be reported without tracing each line of it.
UNWIND_IS_CHEAP = HAS_MONITORING

#: The "call" event of `sys.settrace` comes at RESUME, whose operand tells a beginning from a resumption;
#: before 3.11 `f_lasti` is -1 at the beginning.
CALL_COMES_AT_RESUME = HAS_RESUME

#: 3.10 and 3.11 keep "this thread is traced" in the C frame, 3.8 and 3.9 in the thread state (bpo-42246).
TRACING_FLAG_IN_CFRAME = sys.version_info >= (3, 10)

#: 3.11: that flag is one byte with all bits set, or-ed into each opcode (bpo-45256); before, an int.
TRACING_FLAG_IS_BYTE = sys.version_info >= (3, 11)

#: 3.8 and 3.9: the evaluation loop looks for trace functions only while `tracing_possible`, which counts
#: the threads that called `sys.settrace`, is not zero.
TRACING_IS_COUNTED = sys.version_info < (3, 10)

#: 3.8 counts them for all interpreters together, 3.9 for each (bpo-40513).
TRACING_COUNT_IN_RUNTIME = sys.version_info < (3, 9)

# Of frames' variables.

#: A name that evaluated text added to a function's frame can be deleted again; 3.13.0 refuses (gh-125590).
ADDED_LOCALS_DELETABLE = not (3, 13, 0) <= sys.version_info < (3, 13, 1)

# Of how programs are started.

#: `__file__` of a program is absolute, and so is `sys.path[0]` of a directory (bpo-20443).
MAIN_FILE_IS_ABSOLUTE = sys.version_info >= (3, 9)

#: A program's `__main__` has `__cached__` (gh-65961).
MAIN_HAS_CACHED = sys.version_info < (3, 15)

#: The text of `-c` may be indented as a whole (gh-103998).
CODE_IS_DEDENTED = sys.version_info >= (3, 14)

#: `sys.orig_argv`.
HAS_ORIG_ARGV = sys.version_info >= (3, 10)

#: `sys.last_exc` is what the three older `sys.last_...` tell in parts (gh-102778).
HAS_LAST_EXC = sys.version_info >= (3, 12)

#: `sys.exit` ends the interpreter before `__file__` is taken out of `__main__` again (gh-152132).
#: It was seen in 3.13.0, and not in 3.13.18 and 3.14.10; which was the first follows from its date.
EXIT_KEEPS_MAIN_FILE = sys.version_info < (3, 13, 15) or (3, 14) <= sys.version_info < (3, 14, 7)

# Of how programs start others.

#: `posix_spawn` takes None for the environment that the program has (gh-113119).
SPAWNS_IN_OWN_ENVIRONMENT = sys.version_info >= (3, 13)
