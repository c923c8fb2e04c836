"""Loops that unpack an item and go on using the whole."""


def whole(items):
    for item in items:
        a, b = item
        print(item, a, b)
    print(item)


def yielding(items):
    for item in items:
        a, b = item
        yield item
        yield b, a


def kept(items):
    result = []
    for item in items:
        a, b = item
        result.append(item)
        if a == b:
            item = None
    return result, item


def counted(n):
    total = 0
    pairs = [(i, i + 1) for i in range(n)]
    for pair in pairs:
        a, b = pair
        total += a * b + pair[0] + len(pair)
    return total, pair


PAIRS = [(1, 2), (3, 4)]
for make in list, tuple, iter, dict.items, enumerate, lambda pairs: zip(pairs, pairs):
    source = dict(PAIRS) if make is dict.items else PAIRS
    whole(make(source))
    print(list(yielding(make(source))))
    print(kept(make(source)))
whole([[1, 2], "ab", {3: 4, 5: 6}])
print(kept([(1, 1)]), counted(1000))
for pair in PAIRS:
    left, right = pair
    print(pair, left, right)
for pair in zip(PAIRS, "ab"):
    (left, right), letter = pair
    print(pair, left, right, letter)
print([(pair, a) for pair in PAIRS for a, b in [pair]])
try:
    whole([(1, 2), (1, 2, 3)])
except ValueError as error:
    print(error)
