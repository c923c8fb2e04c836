"""Callbacks of weak references: their order, what they see, and when there are none."""

from _weakref import getweakrefcount, proxy, ref


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, watcher() is self if watcher else None)


watcher = None
a = Thing("a")


def note(label):
    def callback(reference):
        print(label, reference() if type(reference) is ref else "-", type(reference).__name__)

    return callback


kept = [ref(a), ref(a, note("first")), ref(a, note("second")), proxy(a, note("proxy"))]
dropped = ref(a, note("never"))
del dropped
watcher = kept[0]
print(getweakrefcount(a))
# The finalizer runs first and still sees the object; then the youngest reference is told first.
del a
print([reference() for reference in kept[:3]])


watcher = None


class Quiet:
    pass


q = Quiet()
keep = ref(q, lambda reference: print("called"))
keep2 = ref(q, lambda reference: print("called before"))
del q


# A callback may make and drop objects and references.
def revive(reference):
    fresh = Quiet()
    print("inside", ref(fresh)() is fresh, reference() is None)


q = Quiet()
keep = ref(q, revive)
del q


class Key(ref):
    __slots__ = ("key",)

    def __new__(cls, thing, callback, key):
        self = ref.__new__(cls, thing, callback)
        self.key = key
        return self

    def __init__(self, thing, callback, key):
        super().__init__(thing, callback)


q = Quiet()
table = {}


def forget(reference):
    print("forget", reference.key, type(reference).__name__)
    del table[reference.key]


table["k"] = Key(q, forget, "k")
another = Key(q, None, "other")
print(table["k"]() is q, another is table["k"], another == table["k"], another.__callback__)
del q
print(table)


class Resurrected:
    def __del__(self):
        global saved
        saved = self


r = Resurrected()
weak = ref(r, lambda reference: print("not called"))
del r
print(weak() is saved)
