# StopIteration: values, from next, inside generators, in for loops.


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("liftoff")
        self.n -= 1
        return self.n


c = Countdown(2)
print(next(c), next(c))
try:
    next(c)
except StopIteration as error:
    print(error.value, error.args)
print(next(c, "default"), list(Countdown(3)), next(iter([]), None))


def leaky():
    yield 1
    raise StopIteration("leak")


try:
    list(leaky())
except RuntimeError as error:
    print(error, repr(error.__cause__))


def from_next():
    yield next(iter(()))


try:
    list(from_next())
except RuntimeError as error:
    print(error)


def returns():
    yield 1
    return "result"


g = returns()
next(g)
try:
    next(g)
except StopIteration as error:
    print(error.value)
try:
    next(g)
except StopIteration as error:
    print(error.value)


def f():
    raise StopIteration


for x in [1, 2]:
    try:
        f()
    except StopIteration:
        print("caught", x)
try:
    [f() for _ in range(2)]
except StopIteration as error:
    print("from a list comprehension", error.args)
