# Attribute access on objects of many shapes: order of creation, deletion, class changes, inheritance.


class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Q:
    def __init__(self, x, y):
        self.y = y
        self.x = x


class R:
    x = "class x"

    def __init__(self, y):
        self.y = y


class S:
    @property
    def x(self):
        return "property x"

    y = 4


class T:
    def __getattr__(self, name):
        return name * 2


class U:
    __slots__ = ("x", "y")

    def __init__(self):
        self.x = "slot x"
        self.y = 5


def read(o):
    return o.x, o.y


def total(items):
    result = 0
    for item in items:
        result += item.y if isinstance(item.y, int) else 0
    return result


for _ in range(60):
    read(P(1, 2))
everything = [P(1, 2), Q(3, 4), R(5), S(), T(), U()]
print([read(o) for o in everything * 2])
print(total(everything * 20))
p = P(1, 2)
del p.x
p.z = 9
p.x = "again"
print(read(p), p.__dict__)


def write(o, value):
    o.x = value
    o.extra = value
    return o.x, o.extra


for i in range(60):
    write(P(0, 0), i)
print(write(P(0, 0), 1), write(Q(0, 0), 2), write(R(0), 3), write(T(), 4))
for o in S(), U():
    try:
        write(o, 5)
    except AttributeError as error:
        print(error)


def call(o):
    return o.method()


class A:
    def method(self):
        return "A"


class B(A):
    pass


class C(A):
    def method(self):
        return "C" + super().method()


a, b, c = A(), B(), C()
print([call(o) for o in [a] * 3 + [b] * 3 + [c] * 3 + [a, b, c]])
A.method = lambda self: "new A"
print([call(o) for o in (a, b, c)])
B.method = lambda self: "own B"
print([call(o) for o in (a, b, c)])
b.method = lambda: "instance b"
print([call(o) for o in (a, b, c)])
del b.method
del B.method
print([call(o) for o in (a, b, c)])
c.__class__ = A
print(call(c), type(c).__name__, isinstance(c, C))
A.limit = 10


def use_limit(n):
    result = 0
    for i in range(n):
        if i == n // 2:
            A.limit = 1
        result += a.limit
    return result


print(use_limit(10))
grown = P(0, 0)
for i in range(100):
    setattr(grown, f"a{i}", i)
print(sum(getattr(grown, f"a{i}") for i in range(100)), grown.a50, len(vars(grown)))
for i in range(0, 100, 2):
    delattr(grown, f"a{i}")
print(hasattr(grown, "a50"), grown.a51, len(vars(grown)), list(vars(grown))[:4])
