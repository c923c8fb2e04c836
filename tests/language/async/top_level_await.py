"""`compile` with `PyCF_ALLOW_TOP_LEVEL_AWAIT`: modules and expressions that wait are coroutines."""

import ast
import asyncio
import inspect
import types
import warnings

FLAG = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


async def double(x):
    await asyncio.sleep(0)
    return 2 * x


class Manager:
    async def __aenter__(self):
        return "entered"

    async def __aexit__(self, *exception):
        await asyncio.sleep(0)
        print("left", exception[0])


async def numbers():
    for i in range(3):
        yield i


def run(source, mode="exec", **names):
    code = compile(source, "<source>", mode, flags=FLAG)
    waits = bool(code.co_flags & inspect.CO_COROUTINE)
    namespace = globals() | names
    value = eval(code, namespace)
    print(repr(source), mode, waits, inspect.iscoroutine(value), end=" ")
    if inspect.iscoroutine(value):
        print(value.__name__, value.__qualname__, value.cr_frame.f_locals is namespace, end=" ")
        value = asyncio.run(value)
    print(value)
    return namespace


print(run("x = await double(4)")["x"])
print(run("x = [await double(i) for i in range(3)]")["x"])
print(run("x = [i async for i in numbers()]")["x"])
print(type(run("x = (i async for i in numbers())")["x"]))
run("await double(5)", "eval")
run("[i async for i in numbers()]", "eval")
run("await double(6)", "single")
run("async for i in numbers():\n    print(i, end=';')\nelse:\n    print('done')")
run("async with Manager() as m:\n    print(m)")
run("x = 1")
run("1 + 1", "eval")
run("(lambda: 1)()", "eval")
run("def f():\n    return 1\nasync def g():\n    return await double(f())\nprint(await g())")
run("try:\n    await double('a') + 1\nexcept TypeError as e:\n    print(e)")

# As the interactive session of asyncio does it: a function of the code.
namespace = {"double": double}
code = compile("y = await double(7)", "<stdin>", "exec", flags=FLAG)
coroutine = types.FunctionType(code, namespace)()
print(coroutine.__name__, asyncio.run(coroutine), namespace["y"])

# Locals of their own.
locals_ = {"double": double}
globals_ = {}
coroutine = eval(compile("z = await double(8)\nw = z", "<stdin>", "exec", flags=FLAG), globals_, locals_)
asyncio.run(coroutine)
print(locals_["z"], locals_["w"], "z" in globals_)

for source in ["await x", "[i async for i in x]", "async for i in x: pass", "async with x: pass"]:
    try:
        compile(source, "f", "exec")
    except SyntaxError as error:
        print(error.msg)
for source in [
    "def f(): await x",
    "lambda: await x",
    "class A: await x",
    "yield 1",
    "class A:\n    async with x: pass",
    "def f(): [i async for i in x]",
    "return await x",
]:
    try:
        compile(source, "f", "exec", flags=FLAG)
        print("compiles", source)
    except SyntaxError as error:
        print(error.msg)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    exec(compile("await double(1)", "f", "exec", flags=FLAG))
    print([str(warning.message) for warning in caught])
