# what builtin iterators say of themselves: how to make them again, where they are, how much is left
import copy
import operator
import pickle


class Items:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i < self.n:
            return i * 10
        raise IndexError

    def __len__(self):
        return self.n


class Endless:
    def __getitem__(self, i):
        return i


makers = {
    "list": lambda: iter([1, 2, 3, 4]),
    "reversed list": lambda: reversed([1, 2, 3, 4]),
    "tuple": lambda: iter((1, 2, 3, 4)),
    "bytes": lambda: iter(b"abcd"),
    "bytearray": lambda: iter(bytearray(b"abcd")),
    "str": lambda: iter("abcd"),
    "wide str": lambda: iter("äbc€"),
    "range": lambda: iter(range(3, 11, 2)),
    "backward range": lambda: reversed(range(5, 1, -1)),
    "large range": lambda: iter(range(1 << 70, (1 << 70) + 8, 2)),
    "sequence": lambda: iter(Items(4)),
    "reversed": lambda: reversed(Items(4)),
    "dict": lambda: iter({1: 2, 3: 4, 5: 6, 7: 8}),
    "items": lambda: iter({1: 2, 3: 4, 5: 6, 7: 8}.items()),
    "reversed values": lambda: reversed({1: 2, 3: 4, 5: 6, 7: 8}.values()),
    "set": lambda: iter({1}),
    "enumerate": lambda: enumerate("abcd", 5),
    "large enumerate": lambda: enumerate("abcd", 1 << 70),
    "zip": lambda: zip([1, 2, 3, 4], "abcd"),
    "strict zip": lambda: zip([1, 2, 3, 4], "abcd", strict=True),
    "map": lambda: map(operator.add, [1, 2, 3, 4], [5, 6, 7, 8]),
    "strict map": lambda: map(operator.add, [1, 2, 3, 4], [5, 6, 7, 8], strict=True),
    "filter": lambda: filter(None, [1, 2, 3, 4]),
}
for name, make in makers.items():
    it = make()
    print(name, hasattr(it, "__length_hint__"), hasattr(it, "__setstate__"), operator.length_hint(it, -1))
    next(it)
    print("   ", operator.length_hint(it, -1), len(it.__reduce__()), it.__reduce__()[0].__name__)
    if name not in ("sequence", "reversed"):
        again = pickle.loads(pickle.dumps(it))
        print("   ", list(again), list(copy.copy(it)) if name[-3:] not in ("zip", "map", "ter", "ate") else "")
    print("   ", list(it), it.__reduce__()[1:] if hasattr(it, "__length_hint__") else "", operator.length_hint(it, -1))

# Going to a place: cut to what there is.
for name in ("list", "reversed list", "tuple", "bytes", "bytearray", "str", "range", "large range", "sequence", "reversed"):
    print(name)
    for place in (-5, -1, 0, 2, 4, 99):
        it = makers[name]()
        next(it)
        it.__setstate__(place)
        print("   ", place, list(it))
for make in (lambda: zip([1], []), lambda: map(max, [1], [])):
    it = make()
    it.__setstate__(True)
    try:
        list(it)
    except ValueError as error:
        print(error)

print(iter(Endless()).__length_hint__(), operator.length_hint(iter(Endless()), 7))
it = iter(lambda: 1, 2)
print(it.__reduce__()[0] is iter, it.__reduce__()[1][1], hasattr(it, "__length_hint__"))
print(reversed(range(3)).__reduce__()[1:])
big = 1 << 64
print(range(big).stop is big)
