"""Weak references to and from cyclic garbage: cleared before finalizers run, callbacks of the living only."""

import gc
from _weakref import ref


class Node:
    def __init__(self, name):
        self.name = name
        self.me = self

    def __del__(self):
        print("del", self.name, self.own() if hasattr(self, "own") else "-", outside())


gc.collect()
a = Node("a")
a.own = ref(a)
a.inner = ref(a, lambda reference: print("never: the reference is garbage too"))
outside = ref(a, lambda reference: print("outside", reference()))
del a
print(outside() is not None)
print(gc.collect() > 0, outside())


class Saved:
    def __init__(self):
        self.me = self

    def __del__(self):
        global saved
        saved = self


s = Saved()
weak = ref(s)
del s
gc.collect()
print(weak(), type(saved).__name__, gc.is_finalized(saved))
del saved
print(gc.collect() > 0)


# A reference in garbage to something that lives is not found through it any more.
class Thing:
    pass


living = Thing()
holder = Thing()
holder.me = holder
holder.weak = ref(living)
del holder
gc.collect()
print(living.__weakref__, ref(living)() is living)
