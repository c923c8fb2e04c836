"""What cannot be awaited, iterated or entered, and what is said about it."""


async def nothing():
    pass


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value


async def awaits(x):
    await x


class AwaitsInt:
    def __await__(self):
        return 5


class AwaitsCoroutine:
    def __init__(self, coroutine):
        self.coroutine = coroutine

    def __await__(self):
        return self.coroutine


class Manager:
    def __enter__(self):
        pass

    def __exit__(self, *args):
        pass


class AsyncManager:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *args):
        pass


class EnterInt:
    def __aenter__(self):
        return 5

    async def __aexit__(self, *args):
        pass


class ExitInt:
    async def __aenter__(self):
        return 5

    def __aexit__(self, *args):
        return 7


class NoExit:
    async def __aenter__(self):
        return 5


class IterInt:
    def __aiter__(self):
        return 5


class NextInt:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 3


async def enters(x):
    async with x:
        pass


async def loops(x):
    async for _ in x:
        pass


def delegates(x):
    yield from x


def with_async():
    with AsyncManager():
        pass


def attempt(what):
    try:
        print(what())
    except BaseException as e:
        print(type(e).__name__, e, repr(e.__cause__))


c = nothing()
attempt(lambda: run(awaits(5)))
attempt(lambda: run(awaits(None)))
attempt(lambda: run(awaits(AwaitsInt())))
attempt(lambda: run(awaits(AwaitsCoroutine(c))))
attempt(lambda: run(enters(5)))
attempt(lambda: run(enters(Manager())))
attempt(with_async)
attempt(lambda: run(enters(EnterInt())))
attempt(lambda: run(enters(ExitInt())))
attempt(lambda: run(enters(NoExit())))
attempt(lambda: run(loops(5)))
attempt(lambda: run(loops([1])))
attempt(lambda: run(loops(IterInt())))
attempt(lambda: run(loops(NextInt())))
attempt(lambda: list(delegates(c)))
attempt(lambda: list(c))
attempt(lambda: next(c))
attempt(lambda: aiter(5))
attempt(lambda: anext(5))
attempt(lambda: anext(5, 1))
attempt(lambda: aiter(IterInt()))
attempt(lambda: c.send(1))
run(c)
attempt(lambda: c.send(None))
attempt(lambda: c.throw(ValueError))
attempt(c.close)
attempt(lambda: run(awaits(c)))


async def raises_stop():
    raise StopIteration(3)


attempt(lambda: run(raises_stop()))


async def ignores_exit():
    while True:
        try:
            await Suspends()
        except GeneratorExit:
            pass


class Suspends:
    def __await__(self):
        yield "suspended"


c = ignores_exit()
print(c.send(None))
attempt(c.close)
try:
    c.throw(KeyError)
except KeyError:
    pass


async def reenters():
    me.send(None)


me = reenters()
attempt(lambda: run(me))


async def twice():
    async def inner():
        await Suspends()

    shared = inner()
    first = awaits(shared)
    first.send(None)
    try:
        await shared
    finally:
        first.close()


attempt(lambda: run(twice()))
