"""Async generators: asend, athrow, aclose, their order and their errors."""
import sys


class Suspend:
    def __init__(self, value=None):
        self.value = value

    def __await__(self):
        return (yield self.value)


def run(c):
    try:
        while True:
            c.send(None)
    except StopIteration as end:
        return end.value


def attempt(what):
    try:
        print("->", what())
    except BaseException as e:
        print(type(e).__name__, e, repr(e.__cause__))


async def echo():
    received = None
    try:
        while True:
            received = yield received
            await Suspend()
    except ValueError as e:
        yield f"caught {e}"
    finally:
        print("finally")


g = echo()
print(type(g).__name__, g.__name__, g.ag_running, g.ag_await, hex(g.ag_code.co_flags), g.__aiter__() is g)
attempt(lambda: run(g.asend("too early")))
print(run(g.asend(None)), run(g.asend(1)), run(g.asend(2)))
print(run(g.athrow(ValueError("x"))))
attempt(lambda: run(g.asend(None)))
attempt(lambda: run(g.asend(None)))
attempt(lambda: run(g.aclose()))
attempt(lambda: run(g.athrow(KeyError)))

g = echo()
run(g.asend(None))
attempt(lambda: run(g.aclose()))
attempt(lambda: run(g.asend(1)))
attempt(lambda: run(g.athrow(KeyError("late"))))

g = echo()
attempt(lambda: run(g.aclose()))
g = echo()
attempt(lambda: run(g.athrow(LookupError("first"))))
attempt(lambda: run(g.asend(None)))


async def ignores():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = ignores()
run(g.asend(None))
attempt(lambda: run(g.aclose()))


async def waits_on_exit():
    try:
        yield 1
    finally:
        print("received", await Suspend("waiting"))


g = waits_on_exit()
run(g.asend(None))
c = g.aclose()
print(c.send(None), g.ag_running)
attempt(lambda: c.send("go on"))
print(g.ag_running)


async def raises(what):
    yield 1
    raise what


for what in (StopIteration, StopAsyncIteration, KeyError("k")):
    g = raises(what)
    run(g.asend(None))
    attempt(lambda: run(g.asend(None)))

# one at a time
async def slow():
    await Suspend("one")
    yield 1
    await Suspend("two")


g = slow()
a = g.asend(None)
b = g.asend(None)
c = g.aclose()
d = g.athrow(ValueError)
print(a.send(None), g.ag_running)
for other in (b, c, d):
    attempt(lambda: other.send(None))
    attempt(lambda: other.send(None))
attempt(lambda: a.send(None))
attempt(lambda: a.send(None))
attempt(lambda: a.throw(ValueError))
print(a.close())

g = slow()
a = g.asend(None)
a.send(None)
attempt(lambda: a.throw(KeyError("thrown")))
g = slow()
a = g.asend(None)
a.send(None)
print(a.close(), type(g.asend(None).__await__()).__name__ if g is None else "")
g = slow()
a = g.__anext__()
print(iter(a) is a, a.__await__() is a, next(a))
attempt(lambda: next(a))
c = g.aclose()
attempt(lambda: c.throw(ValueError("into aclose")))


async def delegating():
    async for x in slow():
        yield x * 2


print(run((lambda: (lambda g: g.asend(None))(delegating()))()))


async def handled():
    try:
        raise ValueError("v")
    except ValueError:
        yield repr(sys.exception())
        await Suspend()
        yield repr(sys.exception())


async def show():
    async for x in handled():
        print(x, sys.exception())


run(show())


# hooks
def first(g):
    print("first", g.__name__)


def last(g):
    print("last", g.__name__)
    run(g.aclose())


print(tuple(sys.get_asyncgen_hooks()))
sys.set_asyncgen_hooks(firstiter=first, finalizer=last)
g = echo()
run(g.asend(None))
run(g.asend(1))
del g
g = echo()
run(g.aclose())
del g
sys.set_asyncgen_hooks(None, None)
print(tuple(sys.get_asyncgen_hooks()))
attempt(lambda: sys.set_asyncgen_hooks(firstiter=5))
attempt(lambda: sys.set_asyncgen_hooks(finalizer="x"))
g = echo()
run(g.asend(None))
del g


async def early():
    yield 1
    return
    yield 2


async def collect(g):
    return [x async for x in g]


print(run(collect(early())))
