"""The order of a frame's variables: parameters, others as they come, those in cells sorted by name, free ones."""

import sys


def everything(z, y, *rest, k, **named):
    zz = 1
    plain = 2
    ab = 3

    def inner():
        return zz, y, ab, named, h, aa

    aa = 4
    h = 5
    for index in rest:
        other = index
    print(*locals())
    print(*sys._getframe().f_locals)
    return inner


code = everything(1, 2, 3, k=4).__code__
print(code.co_varnames, code.co_freevars)
print(everything.__code__.co_varnames, everything.__code__.co_cellvars)


def outer(n):
    last = 1

    def middle(m):
        nonlocal last
        b = n

        def innermost():
            return last, b, d, n

        d = 1
        first = 2
        return locals()

    return middle(2)


print(*outer(1))


def closest():
    class b25:
        def method(self):
            return b25

    b29 = 1
    return b21


try:
    closest()
except NameError:
    import traceback

    print(traceback.format_exc(limit=0))
