# Classes: construction, instance and class attributes, methods, repr and str.


class Point:
    """A point."""

    count = 0

    def __init__(self, x, y=0):
        self.x = x
        self.y = y
        Point.count += 1

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)


p = Point(1)
q = p.moved(2, 3)
print(p, q, [p, q], {"p": p}, (q,))
print(str(p), repr(q), f"{p} {q!r:>15}")
print(Point.count, p.count)
p.count = 100
print(Point.count, p.count, q.count)
del p.count
print(p.count)
print(p.__dict__, Point.__doc__, Point.__name__, p.__class__ is Point, type(p) is Point)
p.z = 5
print(sorted(vars(p)), hasattr(p, "z"), hasattr(q, "z"))
try:
    q.z
except AttributeError as error:
    print(error)
try:
    del q.w
except AttributeError as error:
    print(error)
try:
    Point.nothing
except AttributeError as error:
    print(error)
method = p.moved
print(method(1, 1), method.__self__ is p, method.__func__ is Point.moved, method.__name__)
print(Point.moved(p, 1, 1))


class Empty:
    pass


e = Empty()
e.f = lambda: "not bound"
print(e.f(), repr(Empty), repr(e).startswith("<__main__.Empty object at 0x"))


def added(self):
    return self.x * 100


Point.hundred = added
print(p.hundred())
