# for and while: else, break, continue, changing what is iterated, targets kept.

for i in range(3):
    if i == 5:
        break
else:
    print("no break", i)
for i in range(3):
    if i == 1:
        break
else:
    print("never")
print(i)
n = 3
while n:
    n -= 1
    if n == 1:
        continue
    print("n", n)
else:
    print("while else")
while True:
    n += 1
    if n > 4:
        break
else:
    print("never")
print(n)
for _ in []:
    print("never")
else:
    print("empty loop else")

items = [1, 2, 3, 4]
for item in items:
    if item % 2:
        items.remove(item)
print(items)
items = [1, 2]
for item in items:
    if len(items) < 6:
        items.append(item * 10)
print(items)
d = {"a": 1, "b": 2}
try:
    for key in d:
        d[key + "x"] = 0
except RuntimeError as error:
    print(error)
d = {"a": 1}
for key in d:
    d[key] = 2
print(d)
s = {1, 2}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as error:
    print(error)
for i in range(3):
    i *= 10
    print(i, end=" ")
print()
for outer in range(3):
    for inner in range(3):
        if inner == outer:
            break
        if inner == 1:
            continue
        print(outer, inner)
    else:
        print("inner finished")
try:
    for x in 5:
        pass
except TypeError as error:
    print(error)


def search(grid, wanted):
    for y, row in enumerate(grid):
        for x, cell in enumerate(row):
            if cell == wanted:
                return x, y
    return None


print(search([[1, 2], [3, 4]], 3), search([], 1))
