# __call__, __new__, __init__ and what they may return.


class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x, *more, sign=1):
        return sign * (self.n + x + sum(more))


add = Adder(10)
print(add(1), add(1, 2, 3), add(1, sign=-1), callable(add), list(map(add, [1, 2])))


class Single:
    instance = None

    def __new__(cls, *args):
        print("new", cls.__name__, args)
        if cls.instance is None:
            cls.instance = super().__new__(cls)
        return cls.instance

    def __init__(self, value):
        print("init", value)
        self.value = value


a = Single(1)
b = Single(2)
print(a is b, a.value)


class NotInstance:
    def __new__(cls):
        return "just a string"

    def __init__(self):
        print("never called")


print(NotInstance())


class BadInit:
    def __init__(self):
        return 5


try:
    BadInit()
except TypeError as error:
    print(error)


class Even(int):
    def __new__(cls, value):
        return super().__new__(cls, value // 2 * 2)


print(Even(7), Even(8) + 1, isinstance(Even(3), int))


class Pair(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    @property
    def first(self):
        return self[0]


pair = Pair(1, 2)
print(pair, pair.first, len(pair), pair == (1, 2))
a, b = pair
print(a, b)


class OwnRepr:
    __slots__ = ()

    def __repr__(self):
        return "repr"


class OwnStr(OwnRepr):
    def __str__(self):
        return "str"


print(OwnRepr(), OwnStr(), [OwnStr()], f"{OwnStr()}", f"{OwnStr()!r}", "%s %r" % (OwnStr(), OwnStr()))


class BadRepr:
    def __repr__(self):
        return 1


try:
    repr(BadRepr())
except TypeError as error:
    print(error)
