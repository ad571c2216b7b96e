def spin(n):
    while n: n -= 1
    return n


i = 0
while i < 3: i += 1
for j in range(2): i += j
spin(2)
