# When the local variables of frames in a traceback die: with the exception, in CPython's order.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def inner():
    a = Noisy("inner a")
    b = Noisy("inner b")
    raise ValueError("inner")


def outer():
    c = Noisy("outer c")
    inner()


try:
    outer()
except ValueError as e:
    print("handling", e)
print("after the handler")

saved = None
try:
    outer()
except ValueError as e:
    saved = e
print("kept", saved)
saved = None
print("released")


def swallow():
    d = Noisy("swallow d")
    try:
        inner()
    except ValueError:
        print("in handler")
    print("handler done")
    d = None
    print("d is gone")


swallow()


def with_finally():
    f = Noisy("finally f")
    try:
        inner()
    finally:
        print("finally")


try:
    with_finally()
except ValueError:
    print("caught")
print("---")


def chained():
    try:
        inner()
    except ValueError:
        g = Noisy("chained g")
        raise KeyError("chained")


try:
    chained()
except KeyError as e:
    print(type(e.__context__).__name__)
print("--- traceback cleared")
try:
    outer()
except ValueError as e:
    e.__traceback__ = None
    print("cleared")
print("--- with_traceback(None)")
try:
    outer()
except ValueError as e:
    e.with_traceback(None)
    print("dropped")


def generator():
    h = Noisy("generator h")
    yield 1
    inner()


print("--- generator")
try:
    for item in generator():
        print("item", item)
except ValueError:
    print("from generator")
print("--- loop")
for n in range(2):
    try:
        i = Noisy(f"loop {n}")
        outer()
    except ValueError:
        print("round", n)
del i


def recursive(n):
    r = Noisy(f"recursive {n}")
    if n:
        recursive(n - 1)
    else:
        raise RuntimeError


print("--- recursion")
try:
    recursive(2)
except RuntimeError:
    print("caught")
print("--- argument")


def takes(argument):
    raise IndexError


try:
    takes(Noisy("argument"))
except IndexError:
    print("caught")
print("end")
