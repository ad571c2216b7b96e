# Writes a number a line, a hundred a second, until told to stop.

import select
import sys

number = 0
while not select.select([sys.stdin], [], [], 0.01)[0]:
    number += 1
    print(number, flush=True)  # @body
