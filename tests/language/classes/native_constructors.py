"""Classes whose `__new__` is a builtin type's, called again and again while they change."""


class Number(int):
    pass


class Words(tuple):
    pass


def make(cls, *args, **kwargs):
    try:
        return cls(*args, **kwargs)
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


for _ in range(3):
    print(repr(make(Number, "12")), repr(make(Number, "ff", 16)), repr(make(Number, "ff", base=16)))
    print(make(Number), make(Number, "x"), make(Number, 1, 2, 3))
    print(make(Words, "ab"), make(Words, 1), make(Words, "a", "b"), type(make(Words, ())).__name__)


def init(self, *args):
    print("init", int(self), args)


Number.__init__ = init
print(make(Number, "7"))
del Number.__init__
print(make(Number, "8"))


def new(cls, text):
    return int.__new__(cls, text) if text != "none" else None


Number.__new__ = new
print(make(Number, "9"), make(Number, "none"))
del Number.__new__
print(make(Number, "10"))


class Meta(type):
    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)


class Text(str, metaclass=Meta):
    pass


for _ in range(2):
    print(make(Text, "t"), make(Text, b"x", "ascii"))


class Odd(float):
    def __new__(cls, x):
        return super().__new__(Derived, x)


class Derived(Odd):
    def __init__(self, *args):
        print("derived", self, args)


for _ in range(2):
    print(type(Odd(1.5)).__name__)

for text in "12", " 34 ", "-5", "1_000", "0x1f", "", "९", b"77", bytearray(b"8"), "1" * 30, None, []:
    print(repr(make(int, text)), repr(make(float, text)))


class Index:
    def __index__(self):
        return 3


class Truncates:
    def __trunc__(self):
        return 4


print(make(int, Index()), make(int, Truncates()), make(int, Number(5)), type(int(Number(5))).__name__)
print(make(str), make(list, ()), make(dict, a=1), make(set, "a"), make(bytes, 2), make(range, 2))
