"""The gc module: collecting, switching off, thresholds, what refers to what, freezing, callbacks."""

import gc


class Node:
    def __init__(self):
        self.me = self


gc.collect()
for _ in range(10):
    Node()
print(gc.collect() >= 10, gc.collect())
print(gc.isenabled())
gc.disable()
print(gc.isenabled())
gc.enable()
print(gc.isenabled(), gc.garbage)
thresholds = gc.get_threshold()
print(len(thresholds), all(type(n) is int for n in thresholds))
gc.set_threshold(500, 5)
print(gc.get_threshold()[:2])
gc.set_threshold(*thresholds)
print(gc.get_threshold() == thresholds, len(gc.get_count()))

inner = [1]
outer = [inner, "text"]
print([item for item in gc.get_referents(outer) if item is inner] == [inner], gc.get_referents(5, "x"))
print(any(referrer is outer for referrer in gc.get_referrers(inner)))
print(any(thing is outer for thing in gc.get_objects()))
print([gc.is_tracked(thing) for thing in [outer, 1, "text", 2.5, Node()]])


class Finalized:
    def __del__(self):
        global saved
        saved = self


Finalized()
print(gc.is_finalized(saved), gc.is_finalized(Node()), gc.is_finalized(3))

node = Node()
count = gc.get_freeze_count()
gc.freeze()
print(count, gc.get_freeze_count() > 0)
del node
frozen = gc.collect()
gc.unfreeze()
print(gc.get_freeze_count(), gc.collect() > 0)

phases = []


def callback(phase, info):
    phases.append((phase, info["generation"], sorted(info)[:3], type(info["collected"]) is int))


gc.callbacks.append(callback)
Node()
gc.collect()
gc.callbacks.remove(callback)
gc.collect()
print(phases)

stats = gc.get_stats()
print(len(stats), sorted(stats[2])[-3:] if len(stats[2]) == 3 else sorted(set(stats[2]) & {"collected", "collections", "uncollectable"}))
for bad in [-1, 3]:
    try:
        gc.collect(bad)
    except ValueError as error:
        print(error)
print(gc.get_debug(), gc.DEBUG_STATS, gc.DEBUG_COLLECTABLE, gc.DEBUG_UNCOLLECTABLE, gc.DEBUG_SAVEALL, gc.DEBUG_LEAK)
