# Slices of lists: reading, assigning, deleting, steps, bounds.

a = list(range(10))
print(a[2:5], a[:3], a[7:], a[:], a[-3:], a[:-7], a[::3], a[1::3], a[::-1], a[8:2:-2], a[5:2], a[-100:100])
print(a[slice(1, 4)], a[slice(None)], a[slice(None, None, -3)], a[3:3], a[True:3])
b = a[:]
b[2:5] = ["x"]
print(b)
b[1:1] = ["in", "serted"]
print(b)
b[:2] = []
print(b)
b[-1:] = "end"
print(b)
b[::2] = range(len(b[::2]))
print(b)
b[100:] = ["past"]
b[:] = b[::-1]
print(b)
c = list(range(8))
del c[1:3]
print(c)
del c[::2]
print(c)
del c[:]
print(c)
d = [1, 2, 3]
d[1:2] = d
print(d)
e = [1, 2, 3, 4]
e[1:3] = (n * n for n in range(3))
e[::-1] = [1, 2, 3, 4, 5]
print(e)
for call in (
    lambda: a[::0],
    lambda: a["x":],
    lambda: a[1.5:],
    lambda: a.__setitem__(slice(0, 4, 2), [1]),
    lambda: a.__setitem__(slice(0, 2), 5),
    lambda: a.__setitem__(20, 5),
    lambda: a.__delitem__(20),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(-2, None).indices(5), slice(None, None, -1).indices(4))
print(slice(1, 2) == slice(1, 2), slice(3), slice("a", "b"), slice(1) < slice(2), hash(slice(1, 2)) == hash(slice(1, 2)))
matrix = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
print([row[1] for row in matrix], [row[:2] for row in matrix[1:]], [matrix[i][i] for i in range(3)])
rotate = lambda items, n: items[n:] + items[:n]
print(rotate(a, 3), rotate(a, -2))
