# Hot generators: states kept across resumption, types changing, left early, nested.


def count(start, step):
    while True:
        yield start
        start += step


def take(n, source):
    return [next(source) for _ in range(n)]


print(take(5, count(0, 1)), take(5, count(2**62 - 2, 1)), take(4, count(0.5, 0.25)), take(3, count("", "ab")), take(3, count(0, 2**61)))


def chunks(items, size):
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


print(list(chunks(range(7), 3)), list(chunks("abcd", 2)), list(chunks([], 2)))


def walk(tree):
    if isinstance(tree, list):
        for child in tree:
            yield from walk(child)
    else:
        yield tree


print(list(walk([1, [2, [3, [4, "x"]], 5.5], [], [[[]]]])), sum(walk([[1] * 50, [[2] * 50]])))


def running_mean():
    total = 0
    n = 0
    while True:
        value = yield (total / n if n else None)
        total += value
        n += 1


mean = running_mean()
next(mean)
print([mean.send(x) for x in (1, 2, 3.5, True, 2**70)])


def guarded(items):
    done = 0
    try:
        for item in items:
            try:
                yield 10 // item
            except ZeroDivisionError:
                yield "zero"
            done += 1
    finally:
        print("after", done)


print(list(guarded([5, 0, 2])))
for x in guarded([1, 2, 3]):
    if x == 5:
        break
print(list(zip(guarded([1, 2]), guarded([5]))))


def primes():
    yield 2
    found = []
    n = 3
    while True:
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n
        n += 2


print(take(15, primes()), next(p for p in primes() if p > 500))


def pipeline(n):
    numbers = (i for i in range(n))
    odd = (i for i in numbers if i % 2)
    squares = (i * i for i in odd)
    return sum(squares)


print([pipeline(n) for n in (0, 1, 10, 1000)])


def tree_sum(depth):
    if depth:
        yield from tree_sum(depth - 1)
        yield depth
        yield from tree_sum(depth - 1)


print(sum(tree_sum(10)), list(tree_sum(3)))


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        for row in self.rows:
            yield from row

    def diagonal(self):
        for i in range(len(self.rows)):
            yield self.rows[i][i]


m = Matrix([[1, 2], [3.5, "x"]])
print(list(m), list(m.diagonal()), [a for a in m if isinstance(a, int)])


def interleave(*sources):
    sources = [iter(source) for source in sources]
    while sources:
        for source in sources[:]:
            try:
                yield next(source)
            except StopIteration:
                sources.remove(source)


print(list(interleave("abc", range(2), [None])))
