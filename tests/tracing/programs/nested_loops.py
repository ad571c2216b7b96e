def search(rows):
    for row in rows:
        for cell in row:
            if cell == 3:
                break
        else:
            continue
        break
    else:
        return None
    while row:
        row = row[1:]
        if not row:
            return cell


search([[1], [2, 3], [4]])
search([])
n = 3
while True:
    n -= 1
    if not n:
        break
while n < 2: n += 1
for k in range(2): pass
