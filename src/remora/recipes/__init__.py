"""Ready-made questions to a program: what travels into it, and how each is called.

One module is one question.  Its docstring is its help, `ARGUMENTS` says what it may be given, and
`collect` runs in the program and returns plain data, which JSON can say.  Its text is run beside the agent,
as if it were a module of `_remora.recipes`, so it may use what the agent knows of frames, tasks and values.

A question that cannot be answered returns `{"refusal": why}`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple, TypedDict

    class _Named(TypedDict):
        #: "pattern" for a word that stands alone, "--top" for an option; `collect` has a parameter of that
        #: name, whose default is what holds without it.
        name: str
        help: str

    class Argument(_Named, total=False):
        """One row of a table of arguments."""

        #: "text" unless it is "count", "seconds", "flag", or "expression": Python, evaluated at the prompt.
        kind: str
        choices: Sequence[str]
        #: What stands for its value in help.
        metavar: str

    Arguments = Tuple[Argument, ...]
