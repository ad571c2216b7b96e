# Looks for a person who listens, and goes on.
import sys
import time

import remora

remora.connect(sys.argv[1])
number = 0
while True:
    number += 1
    print(number, flush=True)
    time.sleep(0.01)
