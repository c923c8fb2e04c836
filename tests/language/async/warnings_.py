"""What nobody awaits is warned of when it dies."""


async def forgotten():
    pass


async def generator():
    yield 1


def f():
    forgotten()
    yield


forgotten()
list(f())
for _ in range(3):
    list(f())
c = forgotten()
c = None
g = generator()
g.asend(None)
g.athrow(ValueError)
g.aclose()
closed = forgotten()
closed.close()
del closed
print("end")
