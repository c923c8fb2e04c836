# __slots__: no dict, only the named attributes, inheritance.


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


p = Point(1, 2)
print(p.x, p.y)
p.x += 10
print(p.x)
try:
    p.z = 3
except AttributeError as error:
    print(error)
print(hasattr(p, "__dict__"))
del p.y
try:
    p.y
except AttributeError as error:
    print(error)
p.y = 5
print(p.y)


class Named(Point):
    __slots__ = "name"


n = Named(3, 4)
n.name = "n"
print(n.x, n.y, n.name)
try:
    n.other = 1
except AttributeError as error:
    print(error)


class Open(Point):
    pass


o = Open(5, 6)
o.anything = 7
print(o.x, o.anything, o.__dict__)


class Default:
    __slots__ = ["a", "b"]
    c = "class"


d = Default()
print(d.c)
try:
    d.c = 1
except AttributeError as error:
    print(error)
try:
    d.a
except AttributeError as error:
    print(error)
d.a = 1
print(d.a)
