# range: attributes, indexing, slicing, membership, comparison, large values.

print(range(5), range(2, 5), range(0, 10, 3), list(range(5)), list(range(5, 0, -2)), list(range(3, 3)), list(range(0, -5)))
r = range(10, 50, 7)
print(r.start, r.stop, r.step, len(r), r[0], r[-1], r[2:4], r[::-1], list(r[::-1]), r[::2])
print(17 in r, 18 in r, 17.0 in r, "a" in r, r.index(24), r.count(24), r.count(25), max(r), min(r), sum(r))
print(range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), range(3) == [0, 1, 2], hash(range(3)) == hash(range(0, 3, 1)), bool(range(0)), bool(range(1)))
print(list(reversed(range(4))), [*range(3)], tuple(range(2, 8, 3)), range(10)[3:7][1:], list(zip(range(3), range(10, 0, -1))))
big = range(10**20, 10**20 + 5)
print(len(big), list(big), big[2], 10**20 + 1 in big, 2**63 in range(2**64), len(range(0, 2**62, 2**60)), list(range(2**62 - 2, 2**62 + 2)))
print(list(range(2**63 - 1, 2**63 + 2)), list(range(-(2**63), -(2**63) - 4, -2)), range(True, 5, 2))
for call in (
    lambda: range(),
    lambda: range(1.5),
    lambda: range("a"),
    lambda: range(1, 5, 0),
    lambda: range(5)[10],
    lambda: range(5)[-6],
    lambda: range(5).index(9),
    lambda: range(1, 2, 3, 4),
    lambda: len(range(2**64)),
    lambda: range(5)["a"],
    lambda: range(3) + range(2),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
it = iter(range(3))
print(next(it), list(it), next(it, "end"))
total = 0
for i in range(10, 0, -3):
    total += i
    i = 100
print(total, i, sum(range(1, 1001)), sum(i * i for i in range(100) if i % 7 == 3))
for i in range(0):
    print("never")
n = 4
for i in range(n):
    n -= 1
print(n, i, [list(range(a, b)) for a, b in ((0, 2), (2, 0), (-2, 1))])
try:
    range(3).start = 5
except AttributeError as error:
    print(error)
