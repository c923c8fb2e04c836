# Code through marshal: it runs as before, and its constants are the objects they were.
import marshal
import types


def make(n):
    """Makes a function."""

    def add(x, *rest, key=b"\x00\xff", **named):
        return x + n, rest, key, named, 1.5, 2j, 10**30, "Zürich \ud800"

    return add


def walk(items):
    for item in items:
        match item:
            case {"kind": "a" | "b", **rest} if rest:
                yield sorted(rest)
            case [first, *_]:
                yield first in {1, 2, 3}
            case types.SimpleNamespace(value=int(value)):
                yield lambda: value


def again(code, **options):
    return marshal.loads(marshal.dumps(code), **options)


copy = types.FunctionType(again(make.__code__), globals(), "copy")
print(copy.__doc__, copy(2)(3, 4, other=5))
copy = types.FunctionType(again(walk.__code__), globals())
for found in copy([{"kind": "b", "x": 1}, [2], [9], types.SimpleNamespace(value=7)]):
    print(found() if callable(found) else found)

code = compile("import sys\nx = [n * n for n in range(5)]\nclass C:\n    y = x[-1]", "<text>", "exec")
loaded = again(code)
print(loaded == code, loaded is code, loaded.co_filename, loaded.co_consts == code.co_consts)
space = {}
exec(loaded, space)
print(space["x"], space["C"].y)

shared = []
shared.append(shared)
code = compile("1 + 1", "", "eval")
code = code.replace(co_consts=code.co_consts + (shared,))
loaded, other = again((code, shared))
print(loaded.co_consts[-1] is other, other[0] is other)

for value in (code, [code], {0: (code,)}):
    try:
        marshal.dumps(value, allow_code=False)
    except ValueError as error:
        print(error)
    try:
        again(value, allow_code=False)
    except ValueError as error:
        print(error)
