# `throw` into a generator that waits in `yield from`: frames, what is handled, contexts, results.
import sys
import types


def names():
    frame = sys._getframe(1)
    found = []
    while frame and frame.f_code.co_name != "<module>":
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def inner():
    while True:
        try:
            yield names()
        except ValueError:
            yield names()
        except KeyError:
            return "returned"


def outer():
    print("inner gave", (yield from inner()))
    yield "behind"


g = outer()
print(next(g), g.throw(ValueError), g.throw(ValueError) if False else None)
print(next(g), g.throw(KeyError))


class Foreign:
    def __iter__(self):
        return self

    def __next__(self):
        return 4

    def throw(self, *args):
        print("throw", names(), args)
        if args[0] is StopIteration:
            raise StopIteration("stopped")
        return 5


def over(iterator):
    result = yield from iterator
    yield result


g = over(Foreign())
print(next(g), g.throw(ValueError), g.throw(ValueError(1)) if False else None, g.throw(StopIteration))


def handling():
    try:
        raise KeyError("handled")
    except KeyError:
        yield from plain()


def plain():
    yield


g = handling()
next(g)
try:
    g.throw(ValueError("thrown"))
except ValueError as e:
    print(repr(e), repr(e.__context__))


async def awaiting():
    return await waiting()


@types.coroutine
def waiting():
    try:
        yield names()
    except ZeroDivisionError:
        yield names()


c = awaiting()
print(c.send(None), c.throw(ZeroDivisionError))
c.close()


class Wrong(Exception):
    def __new__(cls, *args):
        return 3


g = plain()
next(g)
try:
    g.throw(Wrong)
except TypeError as e:
    print(e)
print(next(g, "finished"))
g = plain()
next(g)
try:
    g.throw(3)
except TypeError as e:
    print(e)
print(next(g, "finished"))

print("frames that are cleared")
g = plain()
frame = g.gi_frame
frame.clear()
print(next(g, "finished"), g.gi_frame)
g = plain()
next(g)
try:
    g.gi_frame.clear()
except RuntimeError as e:
    print(e)

print("what cannot be thrown")


class Fails(Exception):
    def __init__(self):
        raise ZeroDivisionError


def numbers():
    yield 1
    yield 2


def through():
    yield from numbers()


for what in [Wrong, Fails, 3]:
    for begun in [False, True]:
        for make in [numbers, through, lambda: over([1, 2])]:
            g = make()
            if begun:
                next(g)
            try:
                g.throw(what)
            except BaseException as e:
                print(type(e).__name__, e, list(g))
