# What has no length when it is asked is still iterated; what has an impossible one is not.
import warnings


class Sized:
    def __init__(self, length):
        self.length = length

    def __len__(self):
        if isinstance(self.length, Exception):
            raise self.length
        return self.length

    def __iter__(self):
        return iter([1, 2])


def unpack(value):
    first, *rest = value
    return first, rest


def extend(value):
    items = []
    items += value
    items[:1] = value
    return items


for length in None, "2", 2.0, TypeError("no"), ValueError("no"), -1, 2**64, -(2**64):
    for use in list, tuple, sorted, unpack, extend, bytes, len, bool, lambda v: [*v]:
        try:
            print(use(Sized(length)), end="; ")
        except Exception as error:
            print(f"{type(error).__name__}: {error}", end="; ")
    print()


class Int(int):
    pass


class Number:
    def __index__(self):
        return True

    def __int__(self):
        return Int(3)

    def __float__(self):
        return Float(2)


class Float(float):
    pass


class Complex(complex):
    pass


class Whole:
    def __complex__(self):
        return Complex(2, 1)


warnings.simplefilter("always")
for use in (
    lambda: [5, 6][Number()],
    lambda: int(Number()),
    lambda: float(Number()),
    lambda: complex(Whole()),
    lambda: "%d" % Number(),
    lambda: "%x" % Number(),
):
    with warnings.catch_warnings(record=True) as caught:
        print(use(), [str(warning.message) for warning in caught])
