# set and frozenset: methods, operators, comparison, errors.

a, b = {1, 2, 3, 4}, {3, 4, 5}
show = lambda s: print(type(s).__name__, sorted(s))
show(a | b)
show(a & b)
show(a - b)
show(a ^ b)
show(a.union(b, [9], "x" and (7,)))
show(a.intersection(b, [3]))
show(a.difference(b, [1]))
show(a.symmetric_difference([1, 9]))
show(a.copy())
s = {1}
s.add(2)
s.add(2)
s.update([3, 4], (5,))
s.discard(99)
s.remove(1)
show(s)
s.intersection_update([2, 3, 4])
s.difference_update({4})
s.symmetric_difference_update({3, 8})
show(s)
s |= {10}
s &= {10, 2, 8}
s -= {2}
s ^= {1, 8}
show(s)
print(s.pop() in (1, 10), len(s))
s.clear()
print(s, set(), len(set()), bool(set()), {1} == {1}, {1} != {2}, {1} == frozenset({1}), {1} == [1])
print(a <= a, a < a, {1} < a, a > {1, 2}, a >= b, a.issubset([1, 2, 3, 4, 5]), a.issuperset({1}), a.isdisjoint({7}), a.isdisjoint(b))
print(3 in a, "x" in a, 3.0 in a, True in a, [x for x in sorted(a)], min(a), max(a), sum(a), sorted(a, reverse=True))
f = frozenset([1, 2, 2])
print(f, frozenset(), len(f), 1 in f, f | {3} == frozenset({1, 2, 3}), type(f | {3}).__name__, type({3} | f).__name__, {f: "key"}[frozenset([2, 1])])
print({frozenset([1]), frozenset([1])} == {frozenset([1])}, hash(f) == hash(frozenset([2, 1])), set("hello") == set("ehlo"), {*"ab", *"bc"} == set("abc"))
print({1}, {"a"}, {(1, 2)}, {None}, frozenset({"x"}), {1.5}, [set(), {5}])
for call in (
    lambda: {1}.remove(2),
    lambda: set().pop(),
    lambda: {[]},
    lambda: {1}.add({}),
    lambda: {1} | [2],
    lambda: {1} - [1],
    lambda: {1} < [1],
    lambda: a[0],
    lambda: set(5),
    lambda: f.add(3),
    lambda: {1}.union(5),
    lambda: {1} + {2},
    lambda: [] in {1},
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print({1, 2} in [{2, 1}], {1} in {frozenset([1])}, set([1, 2]) & set(), a | set() == a)


def unique(items):
    seen = set()
    return [x for x in items if not (x in seen or seen.add(x))]


print(unique("mississippi"), unique([3, 1, 3, 2, 1]))
big = set(range(0, 3000, 3))
big -= set(range(0, 3000, 2))
print(len(big), sum(big), all(x % 2 for x in big))
for x in range(3, 3000, 6):
    big.remove(x)
print(len(big), big)
words = ["apple", "pale", "leap", "plea", "ape"]
print(sorted(w for w in words if set(w) <= set("paleo")), set.union(*[{1}, {2}]) == {1, 2}, set.intersection({1, 2}, {2}) == {2})
