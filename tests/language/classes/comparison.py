# Rich comparison: each method, reflection, defaults, chains, sorting by them.


class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts == other.parts

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts < other.parts

    def __le__(self, other):
        return self < other or self == other

    def __repr__(self):
        return "v" + ".".join([str(part) for part in self.parts])


a, b = Version(1, 2), Version(1, 10)
print(a == b, a != b, a < b, a > b, a <= b, a >= b, a == Version(1, 2), a != Version(1, 2))
print(sorted([Version(2), b, a, Version(1)]), max(a, b), min([b, a]))
print(a == 1, a != 1, 1 == a)
try:
    a < 1
except TypeError as error:
    print(error)
try:
    a > "x"
except TypeError as error:
    print(error)
try:
    {a: 1}
except TypeError as error:
    print(error)


class Plain:
    pass


p, q = Plain(), Plain()
print(p == p, p == q, p != q, p is p)
try:
    p < q
except TypeError as error:
    print(error)


class Odd:
    def __eq__(self, other):
        return "equal!"

    def __ne__(self, other):
        return []

    def __lt__(self, other):
        return "less"

    def __gt__(self, other):
        return "greater"


o = Odd()
print(o == 1, o != 1, o < 1, o > 1, 1 < o, 1 == o, 1 > o)
print(o in [1], [o] == [1], (1, o) < (1, 2))


class OnlyGreater:
    def __gt__(self, other):
        return True


print(1 < OnlyGreater(), OnlyGreater() > 1)
print(Version(1) < Version(2) < Version(3), Version(1) < Version(2) > Version(3))


class Parent:
    def __eq__(self, other):
        return "parent"


class Kid(Parent):
    def __eq__(self, other):
        return "kid"


print(Parent() == Kid(), Kid() == Parent())
