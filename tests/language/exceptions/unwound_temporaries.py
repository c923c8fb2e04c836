# What a call was to get is given up as it fails, with a handler elsewhere or none.
import sys


class Noted:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        frame = sys._getframe(1)
        print("gone:", self.name, frame.f_code.co_name, frame.f_lineno)


class Quiet(Noted):
    def __del__(self):
        print("gone:", self.name)


def nothing():
    pass


def fails():
    first = [Noted("first"), nothing(Noted("argument"))]
    return first


def outer():
    try:
        fails()
    except TypeError as error:
        print(error)
    print("after")


outer()


def generator():
    yield 1
    nothing(Quiet("in a generator"))


try:
    for item in generator():
        print(item)
except TypeError as error:
    print(error)

try:
    raise MemoryError
except MemoryError as error:
    print(repr(error))
for size in 2**62,:
    for make in lambda: bytes(size), lambda: bytearray(size), lambda: [0] * size:
        try:
            make()
        except MemoryError as error:
            print(repr(error))
