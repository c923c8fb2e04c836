# List, set and dict comprehensions: filters, nesting, order, targets.

print([x * 2 for x in range(5)])
print([x for x in range(20) if x % 2 if x % 3])
print([(x, y) for x in "ab" for y in (1, 2)])
print([[row[i] for row in [[1, 2], [3, 4]]] for i in range(2)])
print(sorted({x % 4 for x in range(10)}))
print({x: x * x for x in range(4)})
print({v: k for k, v in {"a": 1, "b": 2}.items()})
print([a + b for a, b in [(1, 2), (3, 4)]], [first for first, *_ in ["abc", "de"]])
print([y for x in [1, 2, 3] if x != 2 for y in range(x)])
print([x if x % 2 else -x for x in range(5)])
print({**{k: 1 for k in "ab"}, "c": 2}, [*[x for x in "ab"], *(y for y in "cd")])
print([lambda: x for x in range(2)][0]())
matrix = [[1, 2, 3], [4, 5, 6]]
print([x for row in matrix for x in row], [sum(row) for row in matrix], list(zip(*matrix)))
print({len(w): w for w in ["a", "bb", "cc", "d"]})
print([i for i, c in enumerate("hello") if c == "l"], [c for c in "hello" if c not in "aeiou"])
print([[i * j for j in range(1, 4)] for i in range(1, 4)])
print([x for x in [y for y in range(3)]], [f(3) for f in (abs, str, float)])
order = []
{order.append("k") or n: order.append("v") or n for n in range(2)}
print(order)
table = {}
[0 for table["key"] in range(3)]
print(table)
