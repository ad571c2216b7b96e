"""Runs test modules without pytest: `python -m tests.values.run tests.unit.agent.test_x ...`.

Prints each failure, and at the end how many tests ran.
"""

from __future__ import annotations

import importlib
import sys
import traceback


def main():
    names = sys.argv[1:]
    ran, failed = 0, 0
    for name in names:
        module = importlib.import_module(name)
        for key, test in list(vars(module).items()):
            if not key.startswith("test_"):
                continue
            ran += 1
            try:
                test()
            except Exception:
                failed += 1
                print(f"FAILED {name}.{key}")
                traceback.print_exc(file=sys.stdout)
    print(f"{ran} ran, {failed} failed")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
