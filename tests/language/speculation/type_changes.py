# Variables, parameters and results that change their type while a loop is hot.


def accumulate(items):
    total = 0
    for item in items:
        total += item
    return total


print(accumulate(range(100)), accumulate([1] * 50 + [0.5] + [1] * 50), accumulate([1, 2, 2**70, 3, -(2**70)]), accumulate([True] * 10), accumulate([0.1] * 10))
try:
    accumulate([1] * 100 + ["x"])
except TypeError as error:
    print(error)


def add(a, b):
    return a + b


for _ in range(50):
    add(1, 2)
print(add(1, 2), add(1.5, 2), add("a", "b"), add([1], [2]), add((1,), (2,)), add(2**62, 1), add(True, 1), add(b"a", b"b"))


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + getattr(other, "cents", other))

    def __radd__(self, other):
        return Money(self.cents + other)

    def __lt__(self, other):
        return self.cents < other.cents


print(add(Money(5), Money(6)).cents, add(Money(5), 1).cents, add(1, Money(5)).cents, accumulate([Money(1), Money(2)]).cents)


def flip(n):
    x = 0
    seen = []
    for i in range(n):
        if i == 10:
            x = 0.5
        elif i == 20:
            x = str(x)
        elif i == 25:
            x = len(x)
        x = x + (1 if not isinstance(x, str) else "!")
        if i % 6 == 0:
            seen.append(x)
    return seen


print(flip(40))


def compare(a, b):
    return a < b, a == b, a != b


for _ in range(50):
    compare(1, 2)
print(compare(1, 2), compare(1.5, 1), compare("a", "b"), compare(2**80, 1), compare((1, 2), (1, 3)), compare(1, 1.0), compare(True, 2))
try:
    compare(1, "a")
except TypeError as error:
    print(error)


def index(container, key):
    return container[key]


for i in range(50):
    index([1, 2, 3], i % 3)
print(index([1, 2], -1), index((1, 2), 0), index("abc", 1), index({"k": 5}, "k"), index(range(5), 2), index(b"abc", 0), index([1, 2, 3], slice(1, None)))
for container, key in ([1], 5), ([1], "a"), ({}, 1), (5, 1):
    try:
        index(container, key)
    except (IndexError, TypeError, KeyError) as error:
        print(type(error).__name__, error)


def length(x):
    return len(x)


print([length(x) for x in ([1], "ab", (1, 2, 3), {1: 2}, {1, 2}, range(7), b"abcd")])


def truth(x):
    if x:
        return "yes"
    return "no"


print([truth(x) for x in (1, 0, 0.0, 0.1, "", "a", [], [0], None, {}, {1}, 2**70, Money(0), False)])


def maybe(n):
    if n % 3 == 0:
        return None
    if n % 3 == 1:
        return n
    return n / 2


print([maybe(n) for n in range(9)], sum(maybe(n) or 0 for n in range(30)))
