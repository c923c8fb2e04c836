# No cycle leads through a tuple of numbers and strings: the collector need not look at it, and everything else is as ever.
import gc
import weakref


class Node:
    pass


def made(*items):
    return tuple(list(items))


tuples = [made(1, 2.5, "three", b"four", None, True), made(1, []), made(Node()), made({1: 2}, 3)]
gc.collect()
print([gc.is_tracked(t) for t in tuples])

text = "".join(["a string", " of its own"])
holder = made(text, 1)
print([r is holder for r in gc.get_referrers(text) if type(r) is tuple], gc.get_referents(holder) == [1, text])

# What tuples refer to dies with them.
node = Node()
alive = weakref.ref(node)
pair = made(node, 1)
nested = made(pair, "x")
del node, pair
print(alive() is not None)
del nested
print(alive() is None)

# Cycles through tuples of other things are found.
node = Node()
node.self = made(1, node)
alive = weakref.ref(node)
del node
gc.collect()
print(alive() is None)

kept = [(i, str(i)) for i in range(200_000)]
print(sum(number for number, _ in kept), kept[-1], gc.get_count()[0] >= 0)
del kept
print((1, "x") + (2.5,), ((1, 2) * 2)[1:3], hash((1, "x")) == hash((1, "x")))
