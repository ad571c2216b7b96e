import sys

print("ready", file=sys.stderr)
for line in sys.stdin:
    print("heard", line.strip())  # @heard
print("bye")  # @bye
