# The iterator protocol on user classes, old-style sequences, errors.


class Range:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return RangeIterator(self.n)


class RangeIterator:
    def __init__(self, n):
        self.i = 0
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i - 1


r = Range(3)
print(list(r), list(r), [*r], sum(r), max(r), 2 in r, 9 in r, sorted(r, reverse=True), dict(enumerate(r)))
a, b, c = r
print(a, b, c)
first, *rest = r
print(first, rest, list(zip(r, r)), list(map(str, r)), [x + y for x in r for y in r], tuple(r), set(r) == {0, 1, 2})
print(any(r), all(r), ",".join(map(str, r)), [x for x in r if x], *r)
it = iter(r)
for x in it:
    print("outer", x)
    for y in it:
        print("inner", y)


class NoNext:
    def __iter__(self):
        return 5


class NextOnly:
    def __next__(self):
        return 1


class Failing:
    def __iter__(self):
        raise ValueError("no iteration")


class FailingNext:
    def __init__(self):
        self.count = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.count += 1
        if self.count > 2:
            raise KeyError("at third")
        return self.count


for thing in NoNext(), NextOnly(), Failing(), FailingNext():
    try:
        for x in thing:
            print("item", x)
    except Exception as error:
        print(type(error).__name__, error)
try:
    list(FailingNext())
except KeyError as error:
    print(repr(error))
try:
    a, b = FailingNext()
except KeyError as error:
    print(repr(error))


class Sequence:
    def __getitem__(self, i):
        if i < 3:
            return i * 10
        raise IndexError


print(list(Sequence()), 20 in Sequence(), [*Sequence()], list(zip(Sequence(), "ab")))


class Lengthy:
    def __len__(self):
        return 4

    def __getitem__(self, i):
        return i


print(list(reversed(Lengthy())))


class Disabled:
    __iter__ = None

    def __getitem__(self, i):
        return i


try:
    iter(Disabled())
except TypeError as error:
    print(error)
forever = iter(int, 1)
print(next(forever), next(forever))
for x in iter([1, 2, 3].pop, 1):
    print("popped", x)
