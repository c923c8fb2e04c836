# Attributes that native code takes for the object's own numbers, and what happens when they are not.


class Counter:
    def __init__(self, start):
        self.count = start
        self.total = 0.0
        self.label = "none"


class Sub(Counter):
    def __init__(self, start):
        self.extra = 1
        Counter.__init__(self, start)


def bump(counter, times):
    for _ in range(times):
        counter.count += 1
        counter.total += 0.5
    return counter.count, counter.total


def mixed(counters):
    # One site, several shapes.
    for _ in range(50):
        for counter in counters:
            counter.count += 1
            counter.total = counter.total + counter.count
    return [(c.count, c.total) for c in counters]


a = Counter(0)
print(bump(a, 1000))
b = Sub(10)
print(bump(b, 1000))
print(mixed([a, b, Counter(3)]))

# Other types in the same slots: big ints, floats beyond the inline range, objects, None.
c = Counter(2**61 - 5)
print(bump(c, 10))
c.total = 1e300 * 1e8
print(bump(c, 3))
c.total = 1e-320
print(bump(c, 3))
c.count = "text"
try:
    bump(c, 1)
except TypeError as error:
    print(error)
c.count = True
print(bump(c, 2))

# Deleted, then stored again.
d = Counter(1)
bump(d, 10)
del d.count
try:
    bump(d, 1)
except AttributeError as error:
    print(error)
d.count = 5
print(bump(d, 2), list(vars(d)))


# The class gets a property of the name while the loop's sites know the slot.
def install():
    Counter.count = property(lambda self: 100, lambda self, value: print("set", value))


e = Counter(7)
print(bump(e, 3))
install()
print(bump(e, 2))
del Counter.count
print(bump(e, 2))

# In a dict.
f = Counter(1)
f.__dict__["count"] = 41
print(bump(f, 1))
f.__dict__ = {"count": 1, "total": 2.5}
print(bump(f, 4), f.__dict__)


class Slots:
    __slots__ = ("count", "total")


g = Slots()
try:
    bump(g, 1)
except AttributeError as error:
    print(error)
g.count, g.total = 1, 1.0
print(bump(g, 5))


class Watched(Counter):
    def __setattr__(self, name, value):
        log.append((name, value))
        object.__setattr__(self, name, value)


log = []
h = Watched(1)
print(bump(h, 2), log)


class Lazy:
    def __getattr__(self, name):
        return 1000 if name == "count" else 0.25


i = Lazy()
print(bump(i, 3), vars(i))


def widths(boxes):
    area = 0
    for box in boxes:
        box.width -= 1
        area += box.width * box.height
    return area


class Box:
    def __init__(self, width, height):
        self.width = width
        self.height = height


boxes = [Box(n, n + 1) for n in range(5)] + [Box(1.5, 2), Box(2**70, 1)]
print(widths(boxes), [box.width for box in boxes])
print(widths(boxes))
