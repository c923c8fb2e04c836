"""async with: order, values, exceptions, several items, leaving early."""


class Suspend:
    def __await__(self):
        yield


log = []


class M:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    async def __aenter__(self):
        await Suspend()
        log.append(f"enter {self.name}")
        if self.fail == "enter":
            raise OSError(self.name)
        return self.name.upper()

    async def __aexit__(self, kind, value, traceback):
        await Suspend()
        log.append(f"exit {self.name} {kind and kind.__name__} {value}")
        if self.fail == "exit":
            raise KeyError(self.name)
        return self.swallow


def run(c):
    log.clear()
    try:
        while True:
            c.send(None)
    except StopIteration as end:
        return end.value, list(log)
    except BaseException as e:
        return repr(e), repr(e.__context__), list(log)


async def plain():
    async with M("a") as a, M("b") as (x,):
        return a, x


async def swallowing():
    async with M("a", swallow=True):
        raise ValueError("inside")
    return "after"


async def not_swallowing():
    async with M("a"):
        async with M("b"):
            raise ValueError("inside")


async def failing_enter():
    async with M("a"), M("b", fail="enter"):
        log.append("never")


async def failing_exit():
    async with M("a"), M("b", fail="exit"):
        log.append("body")


async def failing_exit_while_raising():
    async with M("a", fail="exit"):
        raise ValueError("first")


async def loops():
    for i in range(3):
        async with M(str(i)):
            if i == 0:
                continue
            break
    return "done"


async def returns():
    async with M("a"):
        try:
            async with M("b"):
                return await value()
        finally:
            log.append("finally")


async def value():
    return 5


async def mixed():
    async with M("a"):
        with Sync():
            async with M("b") as b:
                return b


class Sync:
    def __enter__(self):
        log.append("sync in")

    def __exit__(self, *args):
        log.append("sync out")


async def generator():
    async with M("g"):
        yield 1
        yield 2


async def using_generator():
    seen = [x async for x in generator()]
    g = generator()
    await anext(g)
    await g.aclose()
    return seen


for f in [plain, swallowing, not_swallowing, failing_enter, failing_exit, failing_exit_while_raising, loops, returns, mixed, using_generator]:
    print(f.__name__, run(f()))


class Odd:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        return Truth()


class Truth:
    def __bool__(self):
        log.append("asked")
        return True


async def truth():
    async with Odd():
        raise ValueError
    return "swallowed"


print(run(truth()))
