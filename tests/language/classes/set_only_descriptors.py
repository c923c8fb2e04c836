"""Descriptors with `__set__` or `__delete__` but no `__get__`: the instance's own value comes first, then they themselves."""


class Setter:
    def __set__(self, instance, value):
        instance.__dict__[self.name] = ("set", value)

    def __set_name__(self, owner, name):
        self.name = name

    def __repr__(self):
        return "<a setter>"


class Deleter:
    def __delete__(self, instance):
        print("deleted")

    def __repr__(self):
        return "<a deleter>"


class Point:
    x = Setter()
    y = Deleter()


def read(point):
    return point.x


for _ in range(3):
    point = Point()
    print(read(point), getattr(point, "x"), hasattr(point, "x"))
    point.x = 1
    print(read(point), getattr(point, "x"), point.__dict__)

other = Point()
print(read(other))
other.__dict__["x"] = "direct"
print(read(other), other.x, Point.x, Point().x)
print(other.y)
other.__dict__["y"] = "own"
print(other.y)
try:
    other.y = 2
except AttributeError as error:
    print(error)
del other.y
print(other.y)


class Called:
    def __set__(self, instance, value):
        raise AssertionError

    def __call__(self):
        return "the descriptor"


class Caller:
    call = Called()


for _ in range(3):
    caller = Caller()
    print(caller.call())
    caller.__dict__["call"] = lambda: "the instance's"
    print(caller.call())


class Slots:
    __slots__ = ("a",)
    b = Setter()


slots = Slots()
print(slots.b)
try:
    slots.b = 1
except AttributeError as error:
    print(error)
