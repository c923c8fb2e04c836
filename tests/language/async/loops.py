"""async for, async comprehensions and async generator expressions."""


class Suspend:
    def __await__(self):
        yield


class Count:
    def __init__(self, n):
        self.n = n
        self.i = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        await Suspend()
        return self.i


async def agen(n):
    for i in range(n):
        await Suspend()
        yield i


def run(c):
    suspended = 0
    try:
        while True:
            c.send(None)
            suspended += 1
    except StopIteration as end:
        return end.value, suspended


async def simple():
    seen = []
    async for x in Count(3):
        seen.append(x)
    else:
        seen.append("else")
    async for x in Count(5):
        if x == 2:
            continue
        if x == 4:
            break
        seen.append(x)
    else:
        seen.append("never")
    async for a, *b in pairs():
        seen.append((a, b))
    return seen


async def pairs():
    yield 1, 2, 3
    yield "xyz"


print(run(simple()))


async def returning():
    async for x in Count(9):
        try:
            if x == 3:
                return x
        finally:
            print("finally", x)


print(run(returning()))


async def raising():
    try:
        async for x in Count(9):
            raise ValueError(x)
    except ValueError as e:
        return repr(e), e.__context__


print(run(raising()))


class Failing:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise LookupError("in anext")


async def failing():
    try:
        async for _ in Failing():
            pass
    except LookupError as e:
        return str(e)


print(run(failing()))


async def stop_in_body():
    try:
        async for x in Count(2):
            raise StopAsyncIteration("mine")
    except StopAsyncIteration as e:
        return str(e)


print(run(stop_in_body()))


async def comprehensions():
    squares = [x * x async for x in Count(4) if x != 2]
    matrix = [[x * y async for y in agen(3)] async for x in Count(2)]
    mixed = [x + y for x in range(2) async for y in agen(2)]
    names = {x: await value(x) async for x in Count(2)}
    some = {x % 2 async for x in Count(5)}
    awaited = [await value(x) for x in range(3) if await value(x)]
    return squares, matrix, mixed, names, some, awaited


async def value(x):
    return x * 10


print(run(comprehensions()))


async def expressions():
    g = (x async for x in agen(3))
    print(type(g).__name__, g.__name__, g.__qualname__, hex(g.ag_code.co_flags))
    first = [x async for x in g]
    h = (await value(x) for x in range(3))
    print(type(h).__name__)
    second = [x async for x in h]
    nested = (y async for y in (x + 1 async for x in Count(3)))
    return first, second, [z async for z in nested]


print(run(expressions()))


def in_plain_function():
    return (x async for x in agen(2)), ([y async for y in agen(2)] for _ in range(1))


a, b = in_plain_function()
print(type(a).__name__, type(b).__name__)


async def collect(it):
    return [x async for x in it]


print(run(collect(a)), run(collect(b)))


async def scoping():
    x = "outer"
    inner = [x async for x in Count(2)]
    fs = [lambda: x async for x in Count(2)]
    return x, inner, [f() for f in fs]


print(run(scoping()))


async def with_anext():
    it = aiter(Count(2))
    return await anext(it), await anext(it), await anext(it, "default")


print(run(with_anext()))


async def exhausted():
    try:
        await anext(Count(0))
    except StopAsyncIteration as e:
        return repr(e)


print(run(exhausted()))
d = anext(agen(0), 5)
print(type(d).__name__)
print(next(iter([1])))
try:
    d.send(None)
    d.send(None)
except StopIteration as e:
    print(e.value)
