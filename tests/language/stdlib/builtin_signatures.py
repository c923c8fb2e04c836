# Signatures of functions that are not written in Python.
import inspect
import types

for function in (len, print, sum, ''.join, [].sort, str.split, int.from_bytes, dict.get):
    print(function.__name__, inspect.signature(function))
try:
    inspect.signature(iter)
except ValueError as problem:
    print(problem)


@types.coroutine
def step():
    yield 'from a generator'


async def run():
    await step()


print(run().send(None), bool(step.__code__.co_flags & inspect.CO_ITERABLE_COROUTINE))
