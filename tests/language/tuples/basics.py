# Tuples: construction, indexing, methods, comparison, immutability, hashing.

t = 1, "two", 3.0
print(t, (), (1,), t[0], t[-1], t[1:], t[::-1], len(t), t + (4,), t * 2, 3.0 in t, 5 in t)
print(tuple("abc"), tuple([1, 2]), tuple(), tuple(n for n in range(3)), tuple({"k": 1}))
print(t.count(1), t.index("two"), (1, 2, 1).count(1), (1, 2, 1).index(1, 1))
print((1, 2) < (1, 3), (1, 2) == (1, 2), (1,) < (1, 2), (2,) > (1, 9), (1, "a") == (1.0, "a"), () == tuple())
print(hash((1, 2)) == hash((1.0, 2)), {(1, 2): "pair"}[1, 2], max((1, 5), (2, 0)), min(("b", 1), ("a", 2)))
a, (b, c) = 1, (2, 3)
print(a, b, c, sorted([(2, "b"), (1, "z"), (2, "a")]))
for call in (
    lambda: t[9],
    lambda: t["a"],
    lambda: t + [1],
    lambda: (1, 2).index(5),
    lambda: (1,) < (None,),
    lambda: (1,) < [1],
    lambda: tuple(5),
    lambda: {(1, []): 2},
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


def change():
    t[0] = 5


def remove():
    del t[0]


for f in change, remove:
    try:
        f()
    except TypeError as error:
        print(error)
mutable = ([1], 2)
mutable[0].append(5)
print(mutable, str((1,)), repr(("a", b"b", None)), ((1, 2), (3, (4,))))


def stats(*numbers):
    return min(numbers), max(numbers), sum(numbers) / len(numbers)


low, high, average = stats(3, 1, 2)
print(low, high, average, stats(5))
points = {(x, y): x * y for x in range(3) for y in range(3)}
print(points[2, 2], (1, 1) in points, sum(points.values()))
for index, (name, value) in enumerate([("a", 1), ("b", 2)], start=10):
    print(index, name, value)
