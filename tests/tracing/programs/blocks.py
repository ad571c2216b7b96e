class Guard:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return True


with Guard() as one, Guard() as two:
    inside = 1
with Guard():
    raise KeyError("swallowed")
squares = [n * n for n in range(3)]
table = {
    n: n + 1
    for n in range(2)
    if n
}
call = dict(
    a=1,
    b=len(
        "xy"
    ),
)
while squares:
    squares.pop()
else:
    empty = True
for n in range(2):
    if n:
        continue
    break
text = """one
two""" + \
    "three"
