# Functions, classes, builtins and constants that are rebound while others use them.

LIMIT = 10


def helper(x):
    return x + 1


def loop(n):
    total = 0
    for i in range(n):
        total += helper(i) * LIMIT
    return total


print(loop(100))


def replace():
    global helper, LIMIT
    helper = lambda x: -x
    LIMIT = 2


def loop_with_change(n):
    total = []
    for i in range(n):
        if i == n // 2:
            replace()
        total.append(helper(i) * LIMIT)
    return total


print(loop_with_change(6), loop(10))


class Thing:
    def value(self):
        return 1


def make(n):
    return [Thing().value() for _ in range(n)]


print(make(3))


class Thing:
    def value(self):
        return "second"


print(make(2))


class Third:
    value = staticmethod(lambda: "third")


Thing = Third
print(make(2))


def uses_len(items):
    return [len(item) for item in items]


print(uses_len(["a", "bb"]))
len = lambda item: "shadowed"
print(uses_len(["a", "bb"]))
del len
print(uses_len(["a", "bb"]))


def recursive(n):
    return 1 if n == 0 else n * recursive(n - 1)


original = recursive
print(recursive(5))


def recursive(n):
    return "other"


print(original(5), recursive(5))
counter = 0


def bump():
    global counter
    counter += 1
    return counter


def read_around_calls():
    before = counter
    bump()
    middle = counter
    bump()
    return before, middle, counter


print(read_around_calls(), read_around_calls())
print = print
range_ = range


def range(n):
    return [n, n]


print(loop(3))
del range
print(loop(3), range_(2))


def defaults(x=LIMIT, y=[]):
    y.append(x)
    return y


defaults.__defaults__ = (7, [0])
print(defaults(), defaults(1))
