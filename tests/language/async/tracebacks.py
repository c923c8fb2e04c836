"""Tracebacks go through awaits."""


async def inner(x):
    return 1 / x


async def middle(x):
    async with Manager():
        return await inner(x)


class Manager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        return False


async def items():
    yield 1
    yield 0


async def main():
    async for x in items():
        print(await middle(x))


def run(c):
    try:
        while True:
            c.send(None)
    except StopIteration as end:
        return end.value


run(main())
