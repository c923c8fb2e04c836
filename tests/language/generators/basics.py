# Generators: laziness, state kept between values, exhaustion, several at once.


def numbers(n):
    print("start")
    for i in range(n):
        print("before", i)
        yield i
        print("after", i)
    print("end")


g = numbers(2)
print("created")
print(next(g))
print(next(g))
print(next(g, "done"))
print(next(g, "still done"))
print(iter(g) is g)


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, iterable):
    for i, item in enumerate(iterable):
        if i == n:
            return
        yield item


print(list(take(10, fibonacci())))
one, two = fibonacci(), fibonacci()
next(one)
next(one)
print(next(one), next(two))


def arguments(a, *rest, k=1, **named):
    yield a
    yield from rest
    yield k
    yield named


print(list(arguments(1, 2, 3, k=4, z=5)))


def empty():
    return
    yield


print(list(empty()), tuple(take(0, [1])), sum(take(5, fibonacci())))


def pipeline(lines):
    stripped = (line.strip() for line in lines)
    kept = (line for line in stripped if line and not line.startswith("#"))
    pairs = (line.split("=") for line in kept)
    return {key: int(value) for key, value in pairs}


print(pipeline(["a=1 ", "# comment", "", " b=22"]))


class Tree:
    def __init__(self, value, *children):
        self.value = value
        self.children = children

    def __iter__(self):
        yield self.value
        for child in self.children:
            yield from child


print(list(Tree(1, Tree(2, Tree(3)), Tree(4))))
print(type(g).__name__, g.__name__, repr(g).startswith("<generator object numbers at 0x"))
