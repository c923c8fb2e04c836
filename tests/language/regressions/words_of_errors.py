"""Which error comes first, and what it says: keys that fit no index, unhashable keys, enormous shifts, attributes."""

import sys


class Plain:
    pass


class Outer:
    class Inner:
        __hash__ = None


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)


def assign(target, key):
    target[key] = 1


def delete(target, key):
    del target[key]


for target in (Plain(), "a", (1,), b"a", range(3), {1}, frozenset(), {}.keys(), 5, None, len, Plain, object()):
    for key in (2**70, 1, "x"):
        attempt(assign, target, key)
        attempt(delete, target, key)
for key in (Outer.Inner(), [], {}):
    attempt(lambda: {key: 1})
    attempt(lambda: {key})
    attempt(lambda: key in {})
print(type[int])
for shift in (2**63 - 1, 2**63, 9223372036854775777, 9223372036854775768):
    for number in (0, 1, -1, 2**40, 2**100):
        try:
            print(number << shift)
        except (OverflowError, MemoryError) as error:
            print(type(error).__name__, error)

attempt(lambda: sorted())
attempt(lambda: sorted([], []))
attempt(lambda: sorted(key=1))
attempt(lambda: enumerate())
attempt(lambda: enumerate(*(), **{}))
attempt(lambda: enumerate(start=1))
attempt(lambda: enumerate([], x=1))
attempt(lambda: enumerate([], 1, 2))
attempt(lambda: enumerate([], iterable=1))
attempt(lambda: enumerate(foo=1, start=2))
attempt(lambda: list(enumerate(start=5, iterable="ab")))
attempt(lambda: list(enumerate(iterable="ab")))
attempt(lambda: list(enumerate("ab", start=2)))

for value in (1, 1.5, 1j, "x"):
    attempt(format, value, "4611686018427387904")
attempt(format, 1, "4611686018427387904c")
attempt(format, 1, "4611686018427387904Q")


class Getter:
    name_of_it = 1

    def __getattr__(self, name):
        raise AttributeError()

    @property
    def failing(self):
        raise AttributeError("inside")


class Named(Getter):
    def __getattr__(self, name):
        raise AttributeError("mine", name="other", obj=3)


for make in (Getter, Named):
    for name in ("name_of_its", "failing"):
        try:
            getattr(make(), name)
        except AttributeError as error:
            print(repr(error), error.name, type(error.obj).__name__)
Getter().name_of_its
