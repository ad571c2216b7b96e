"""The exception that ends an evaluation from outside.

It derives from `BaseException` so that code of the program which catches
`Exception` lets it pass, as does everything here that guards against errors
of the program.
"""

from __future__ import annotations


class Interrupted(BaseException):
    """Raised in the thread that evaluates, when the evaluation is cancelled or takes too long."""
