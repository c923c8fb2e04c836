# enumerate, zip, map, filter, reversed, iter, next, sum, any, all, min, max.

print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate([], 3)), list(enumerate("x", start=-1)))
print(list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1])), list(zip("ab", [1, 2], (True, False))), dict(zip("ab", range(2))))
print(list(zip([1, 2], "ab", strict=True)))
print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(map(max, "az", "by")), list(map(len, [])))
print(list(filter(None, [0, 1, "", "a", None, []])), list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(str.isdigit, "a1b2")))
print(list(reversed([1, 2, 3])), "".join(reversed("abc")), list(reversed(range(3))), list(reversed((1, 2))))
print(sum([1, 2, 3]), sum([], 5), sum([[1], [2]], []), sum((0.5, 0.25)), sum([True, True]), sum(range(5), start=100), sum([(1,), (2,)], ()))
print(any([]), all([]), any([0, "", 1]), all([1, "a", 0]), any(x > 5 for x in range(10)), all(x < 5 for x in range(10)))
print(min(3, 1, 2), max([3, 1, 2]), min("hello"), max("a", "b", key=ord), min([], default="none"), max([1, -5], key=abs), min([(2, "a"), (1, "b")]), max({"a": 1, "b": 0}))
print(max([1, 2, 3, 3.0]), min([1.0, 1]), max("abc", "b"), min(5, 5.0))
it = iter([1, 2])
print(next(it), next(it), next(it, None), list(it), iter(it) is it)
values = iter([1, 2, 3, 0, 4])
print(list(iter(lambda: next(values), 0)), next(values))
e = enumerate("abc")
print(next(e), list(e), type(e).__name__, type(zip()).__name__, type(map(str, [])).__name__, type(filter(None, [])).__name__, type(reversed([])).__name__)
m = map(lambda x: print("mapping", x) or x, [1, 2])
print("lazy")
print(next(m), list(m))
for call in (
    lambda: enumerate(5),
    lambda: zip(1),
    lambda: zip([1], 5),
    lambda: list(zip([1, 2], [1], strict=True)),
    lambda: list(zip([1], [1, 2], strict=True)),
    lambda: map(str),
    lambda: map(str, 5),
    lambda: list(map(5, [1])),
    lambda: filter(None, 5),
    lambda: reversed(5),
    lambda: reversed({1}),
    lambda: sum("ab"),
    lambda: sum(["a"], ""),
    lambda: sum(5),
    lambda: min(),
    lambda: max(5),
    lambda: min([]),
    lambda: max(1, "a"),
    lambda: max([1], default=2, other=3),
    lambda: max(1, 2, default=3),
    lambda: next(5),
    lambda: next(iter([])),
    lambda: iter(1, 2),
    lambda: any(5),
    lambda: all(None),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print([a for a, in zip([1, 2])], list(zip(*[(1, "a"), (2, "b")])), [*map(pow, (2, 3), (3, 2))])
print(sorted(zip([3, 1], "ab")), list(zip(it := iter("abcdef"), it)), list(zip(range(10**9), "ab")))
