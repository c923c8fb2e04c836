# compile: modes, flags, optimisation, what it refuses; code objects it makes.
code = compile("x = 1\nprint(x)", "<some file>", "exec")
exec(code)
exec(code, {})
print(code.co_filename, code.co_name, code.co_firstlineno, code.co_flags & 3)

for mode, source in [("eval", "1 + 2"), ("single", "1 + 2"), ("exec", "1 + 2")]:
    print(mode, eval(compile(source, "f", mode)))
single = compile("for i in range(2): i * 10\n", "f", "single")
exec(single)
print(_)
exec(compile("None; 'text'; y = 3; y", "f", "single"))
for source in ["a\nb\n", "a;b\nc", "if 1: pass\nx = 1\n", "\n1\n2"]:
    try:
        compile(source, "f", "single")
    except SyntaxError as e:
        print(repr(source), e.msg, e.lineno)

asserting = "def f():\n    'doc'\n    assert False, 'no'\n    return __debug__"
for optimize in [0, 1, 2]:
    ns = {}
    exec(compile(asserting, "f", "exec", optimize=optimize), ns)
    try:
        print(optimize, ns["f"](), ns["f"].__doc__)
    except AssertionError as e:
        print(optimize, "AssertionError", e)

future = compile("from __future__ import annotations", "f", "exec")
exec(compile("def f(x: undefined): pass\nprint(f.__annotations__)", "f", "exec", future.co_flags & 0x1000000))
print(hex(future.co_flags & 0x1000000))

for bad in [lambda: compile("1", "f", "run"), lambda: compile(1, "f", "exec"), lambda: compile("1", "f", "exec", 1 << 30),
            lambda: compile("1", "f", "exec", optimize=7), lambda: compile("1", 5, "exec"), lambda: compile("1", "f", 3),
            lambda: compile("1", "f"), lambda: compile("a\0b", "f", "exec")]:
    try:
        bad()
    except (ValueError, TypeError, SyntaxError) as e:
        print(type(e).__name__, e)


class Path:
    def __fspath__(self):
        return "some/path"


print(compile("1", Path(), "exec").co_filename, compile("1", b"bytes", "exec").co_filename)
