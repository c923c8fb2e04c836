"""Code objects run over other globals, and functions given other code."""


FunctionType = type(lambda: None)
x = 1


def f():
    return x


def g():
    return x * 10


def call_f():
    return f()


print(f(), call_f())
other = FunctionType(f.__code__, {"x": 2})
print(other(), f())
exec((lambda: print(x)).__code__, {"x": 4, "print": print})
f.__code__ = g.__code__
print(f(), call_f())
print(other(), g())


class C:
    def m(self):
        return x


def call_m(c):
    return c.m()


c = C()
print(call_m(c), call_m(c))
C.m.__code__ = (lambda self: x + 100).__code__
print(call_m(c), c.m())
C.m = FunctionType(C.m.__code__, {"x": 7})
print(call_m(c), c.m())
