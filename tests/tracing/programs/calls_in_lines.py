def one():
    return 1


def add(a, b):
    return a + b


def default(n=one()):
    return n


total = add(
    one(),
    add(one(),
        one()),
)
total = add(one(), one()) + default()
chosen = one() if total > 3 else add(1, 2)
picked = (one()
          and add(0, 1)
          or one())
assert one(), add(1, 2)
text = f"{one()} {add(1, 2)}"
items = [one(),
         one()]
one(); one()
for n in [one(), one()]: add(n, n)
if (found := one()) and found: total = found
