# Sets of numbers are iterated in the order of CPython's tables.

print({3, 1, 2, 10, 33, 17, 100, 55})
print({i * 7 % 101 for i in range(50)})

threes, twos = set(range(0, 30, 3)), set(range(0, 30, 2))
print(threes | twos, threes & twos, threes - twos, twos - threes, threes ^ twos)
print(threes.union([100], (200,)), threes.symmetric_difference([0, 1]))

changed = set(threes)
changed |= twos
print(changed)
changed &= threes
print(changed)
changed ^= {3, 4}
print(changed)

eights = {8, 16, 24, 32, 40}
print(eights.pop(), eights.pop(), eights)

large = set()
for i in range(3000):
    large.add(i * 37 % 4099)
for i in range(0, 3000, 2):
    large.discard(i)
print(len(large), list(large)[:20], list(large.copy())[:10])

print({(i, i % 3) for i in range(10)})
print(hash(frozenset()), hash(frozenset([1, 2, 3])), hash(frozenset(range(100))))
