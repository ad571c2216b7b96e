# Adds, reads a line, and ends with a status of its own.

import sys

total = 0  # @first
for number in range(3):
    total += number  # @body
print("running", flush=True)
name = sys.stdin.readline().strip()  # @reads
print("hello", name, total, flush=True)
sys.exit(7)
