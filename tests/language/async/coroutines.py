"""Coroutines: awaiting, values, exceptions, attributes."""
import sys


class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        received = yield self.value
        return received


async def add(a, b):
    x = await Suspend(a)
    y = await Suspend(b)
    return x + y


async def outer():
    total = await add("first", "second")
    try:
        await fails()
    except ValueError as e:
        return total, str(e)


async def fails():
    await Suspend("before failing")
    raise ValueError("failed")


c = outer()
print(type(c).__name__, c.__name__, c.__qualname__, c.cr_running, c.cr_suspended, c.cr_await, c.cr_origin)
print(c.send(None), c.cr_suspended, type(c.cr_await).__name__, c.cr_await.cr_await is not None)
print(c.send(10))
print(c.send(20))
try:
    c.send(None)
except StopIteration as end:
    print(end.value, c.cr_await, c.cr_suspended)
print(c.cr_code.co_name, hex(c.cr_code.co_flags), hex(add.__code__.co_flags))
c.__name__ = "renamed"
c.__qualname__ = "also.renamed"
print(c.__name__, c.__qualname__, repr(c)[:36])
for bad in ("__name__", "__qualname__"):
    try:
        setattr(c, bad, 5)
    except TypeError as e:
        print(e)

# throw and close go to the innermost
log = []


async def guarded():
    try:
        await Suspend(1)
    except KeyError as e:
        log.append(repr(e))
        await Suspend("in handler")
    finally:
        log.append("finally")


async def around():
    await guarded()
    return "around"


c = around()
c.send(None)
print(c.throw(KeyError("thrown")))
try:
    c.send(None)
except StopIteration as end:
    print(end.value, log)
log.clear()
c = around()
c.send(None)
print(c.close(), log)
c = around()
print(c.close(), c.close())

# the wrapper
w = add(1, 2).__await__()
print(type(w).__name__, next(w), w.send(5), iter(w) is w)
try:
    w.send(6)
except StopIteration as end:
    print(end.value)
w = add(1, 2).__await__()
next(w)
try:
    w.throw(LookupError("x"))
except LookupError as e:
    print(repr(e))
w = add(1, 2).__await__()
next(w)
print(w.close())

# exception context and handled exceptions
async def nested():
    try:
        raise ValueError(1)
    except ValueError:
        await Suspend(sys.exception())
        print("still", repr(sys.exception()))
        raise KeyError(2)


c = nested()
print(repr(c.send(None)), sys.exception())
try:
    c.send(None)
except KeyError as e:
    print(repr(e), repr(e.__context__))

# await in many places
async def seven():
    return 7


async def places():
    d = {await seven(): [await seven() for _ in range(2)]}
    s = f"{await seven()!r:>3}"
    t = (await seven(), *[await seven()])
    if await seven() > 3 and (x := await seven()):
        pass
    k = dict(a=await seven(), **{"b": await seven()})
    assert await seven(), "never"
    return d, s, t, x, k, await seven() ** 2, -await seven(), not await seven(), (lambda v: v)(await seven())


def run(c):
    try:
        while True:
            c.send(None)
    except StopIteration as end:
        return end.value


print(run(places()))


class Class:
    async def method(self):
        return self, __class__.__name__

    @staticmethod
    async def static():
        return "static"

    @classmethod
    async def of_class(cls):
        return cls.__name__


print(run(Class().method())[1], run(Class.static()), run(Class.of_class()))


async def closure():
    n = 0

    async def inc():
        nonlocal n
        n += 1
        return n

    return [await inc(), await inc()], n


print(run(closure()))


async def default(a, /, b=2, *args, c=3, **kw):
    return a, b, args, c, kw


print(run(default(1)), run(default(1, 2, 3, c=4, d=5)))
try:
    default()
except TypeError as e:
    print(e)
print(type(outer).__name__, outer.__code__.co_name)


def generator_based():
    yield 1


try:
    run((lambda: awaits_generator())())
except NameError as e:
    print(e)


async def recursion(n):
    return 0 if n == 0 else 1 + await recursion(n - 1)


print(run(recursion(100)))
try:
    raise_from_await = run(fails.__get__(None, type(None))())
except ValueError as e:
    print(e)
