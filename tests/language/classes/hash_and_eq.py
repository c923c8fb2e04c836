# Hashing: defaults, defined together with equality, unhashable classes, as dict keys.


class Key:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __eq__(self, other):
        return isinstance(other, Key) and (self.a, self.b) == (other.a, other.b)

    def __hash__(self):
        return hash((self.a, self.b))


d = {Key(1, 2): "first"}
print(d[Key(1, 2)], Key(1, 2) in d, Key(2, 1) in d, hash(Key(1, 2)) == hash(Key(1, 2)))
d[Key(1, 2)] = "second"
print(len(d), len({Key(1, 1), Key(1, 1), Key(1, 2)}))


class OnlyEq:
    def __eq__(self, other):
        return True


class Unhashable:
    __hash__ = None


class Child(Key):
    pass


for cls in OnlyEq, Unhashable:
    try:
        hash(cls())
    except TypeError as error:
        print(error)
print(Child(1, 2) == Key(1, 2), Child(1, 2) in d)

for value in [], {}, set(), [1, (2, [])], (1, []):
    try:
        {value}
    except TypeError as error:
        print(error)
try:
    {}[[]]
except TypeError as error:
    print(error)

print(hash(1) == hash(1.0) == hash(True), hash(0), hash(-1), hash(2**61 - 1), hash(2**61))
print(hash(0.5), hash(1e300), hash(float("inf")), hash(-float("inf")), hash(10**30), hash(-(10**30)))
print({1: "int", 1.0: "float", True: "bool"})
print(hash("a") == hash("a"), hash((1, 2)) == hash((1, 2)), hash((1, 2)) == hash((2, 1)))
print(hash(frozenset([1, 2])) == hash(frozenset([2, 1])), hash(None) == hash(None))


class Collide:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.name == other.name


table = {Collide(i): i for i in range(20)}
print(sum(table[Collide(i)] for i in range(20)), Collide(21) in table)
del table[Collide(7)]
print(len(table), Collide(7) in table, Collide(8) in table)


class BadHash:
    def __hash__(self):
        return "x"


try:
    hash(BadHash())
except TypeError as error:
    print(error)
