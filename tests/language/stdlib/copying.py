"""Objects taken apart and made again: copy, pickle and what they ask objects for."""
import copy
import pickle


class Plain:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)


class Slotted:
    __slots__ = ("a", "b")


class Both(Slotted):
    pass


class MyList(list):
    pass


class MyDict(dict):
    pass


class WithArgs(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    def __getnewargs__(self):
        return tuple(self)


class Reduced:
    def __init__(self, n):
        self.n = n

    def __reduce__(self):
        return Reduced, (self.n + 1,)


def shown(value):
    return [list(part) if hasattr(part, "__next__") else part for part in value]


both = Both()
both.a, both.c = 1, 2
listed = MyList([1, 2])
listed.name = "l"
mapped = MyDict(k=1)
print(object().__reduce_ex__(2)[1:], object.__getstate__(Plain(1)), object.__getstate__(object()))
print(shown(listed.__reduce_ex__(4))[1:], shown(mapped.__reduce_ex__(4))[1:])
print(both.__getstate__(), Reduced(1).__reduce_ex__(4), (1).__reduce_ex__(2)[1])
print(KeyError("x", 1).__reduce__(), OSError(2, "no", "f", None, "g").__reduce__())
print(ImportError("m", name="n").__reduce__(), AttributeError("m", name="n").__reduce__())

values = [Plain([1]), both, listed, mapped, WithArgs(1, 2), ValueError("v"), {1: {2}}, frozenset([3]), range(3), 2**100, 1.5,
          "text", b"bytes", bytearray(b"array"), None, True, (1, (2, [3])), slice(1, 2), Plain, len, 1j]
for value in values:
    shallow, deep = copy.copy(value), copy.deepcopy(value)
    print(type(shallow).__name__, type(deep).__name__, shallow is value, deep is value, end=" ")
    for protocol in range(6):
        try:
            again = pickle.loads(pickle.dumps(value, protocol))
        except (TypeError, pickle.PicklingError) as error:
            print(protocol, type(error).__name__, end=" ")
        else:
            print(type(again) is type(value), end=" ")
    print()

cycle = [Plain(1)]
cycle.append(cycle)
again = pickle.loads(pickle.dumps(cycle))
print(again[1] is again, again[0] == cycle[0], copy.deepcopy(cycle)[1][0] == cycle[0])
print(copy.copy(Reduced(1)).n, copy.replace(1 + 0j) if hasattr(complex, "__replace__") else "-")
for value in [(i for i in ()), lambda: 0]:
    try:
        pickle.dumps(value)
    except Exception as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])
alias = list[int]
print(alias.__reduce__(), copy.copy(alias), pickle.loads(pickle.dumps(alias)), alias.__name__, alias.__doc__ == list.__doc__)
