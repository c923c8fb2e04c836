"""Weak references: life and death, equality, hashes, sharing, what can be referred to."""

import _weakref
from _weakref import getweakrefcount, getweakrefs, ref


class Thing:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Thing) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


a = Thing("a")
r = ref(a)
print(r() is a, ref(a) is r, getweakrefcount(a), getweakrefs(a) == [r], a.__weakref__ is r)
with_callback = ref(a, print)
print(with_callback is r, with_callback.__callback__ is print, r.__callback__, getweakrefcount(a))
print([known is r for known in getweakrefs(a)])

b = Thing("a")
print(r == ref(b), r != ref(b), hash(r) == hash(a), r == a, r == with_callback)
other = ref(Thing("gone"))
print(other(), getweakrefcount(other), other == r, other == other)
try:
    hash(other)
except TypeError as error:
    print(error)
remembered = ref(b)
print(hash(remembered) == hash("a"))
del b
print(remembered(), hash(remembered) == hash("a"))

for value in [1, "text", (), [], {}, None, 1.5, object(), b"", range(3)]:
    try:
        ref(value)
    except TypeError as error:
        print(error)


def function():
    yield


kinds = [function, function(), Thing, Thing("x").__eq__, len, set(), frozenset([1]), int, _weakref, function.__code__, int | str, list[int]]
print([ref(kind)() is kind for kind in kinds])


class Int(int):
    pass


class Tuple(tuple):
    pass


class List(list):
    pass


for cls in [Int, Tuple, List]:
    try:
        made = cls()
        print(cls.__name__, ref(made)() is made)
    except TypeError as error:
        print(error)


class Slots:
    __slots__ = ("x",)


class WeakSlots:
    __slots__ = ("x", "__weakref__")


class Derived(Slots):
    pass


for cls in [Slots, WeakSlots, Derived]:
    try:
        made = cls()
        print(cls.__name__, ref(made)() is made, bool(cls.__weakrefoffset__), "__weakref__" in vars(cls))
    except TypeError as error:
        print(error, cls.__weakrefoffset__)
for make in [
    lambda: type("Twice", (WeakSlots,), {"__slots__": ["__weakref__"]}),
    lambda: type("Again", (), {"__slots__": ["__weakref__", "__weakref__"]}),
]:
    try:
        make()
    except TypeError as error:
        print(error)
try:
    a.__weakref__ = None
except AttributeError as error:
    print(error)
print(ref.__name__, ref.__module__, isinstance(r, ref), type(r) is ref)
print(repr(r).startswith("<weakref at 0x"), repr(r).split("; ")[1].split(" at ")[0], repr(other).split("; ")[1])
