# Attributes and methods of code objects.
def f(a, b=1, /, c=2, *args, d, **kw):
    "doc"
    x = a

    def inner():
        return x

    return sum(i for i in range(3))


code = f.__code__
for name in ["co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_name", "co_qualname", "co_varnames",
             "co_cellvars", "co_freevars", "co_firstlineno", "co_names", "co_flags"]:
    print(name, getattr(code, name))
print(code.co_consts[0], [c.co_name for c in code.co_consts if hasattr(c, "co_name")])
inner = [c for c in code.co_consts if getattr(c, "co_name", "") == "inner"][0]
print(inner.co_freevars, inner.co_qualname, inner.co_flags & 0x10)
print(type(code.co_code).__name__, len(code.co_code) > 0, len(code.co_code) % 2, type(code.co_lnotab if False else b"").__name__)

print(code == f.__code__, code == inner, code != inner, hash(code) == hash(f.__code__), code == 1)
one, two = compile("x = 1", "a", "exec"), compile("x = 1", "a", "exec")
print(one == two, hash(one) == hash(two), one is two, one == compile("x = 2", "a", "exec"), one == compile("x = 1.0", "a", "exec"))
print({one: "found"}[two])
print(repr(compile("1", "file.py", "eval"))[:24], repr(code).split(", ")[1][:5])

lines = {line for _, _, line in code.co_lines() if line is not None}
print(sorted(lines - {2}))
positions = list(code.co_positions())
print(len(positions) * 2 == len(code.co_code), (12, 12, 11, 35) in positions)
last = max(end for _, end, _ in code.co_lines())
print(last == len(code.co_code))

renamed = code.replace(co_name="g", co_filename="other.py", co_firstlineno=40)
print(renamed.co_name, renamed.co_filename, renamed.co_firstlineno, renamed == code, code.replace() == code)
print(code.replace(co_argcount=3, co_varnames=code.co_varnames) == code)


def constant():
    return 12345


consts = tuple(54321 if c == 12345 else c for c in constant.__code__.co_consts)
constant.__code__ = constant.__code__.replace(co_consts=consts)
print(constant())


def loads_global():
    return first_name


first_name, other_name = 1, 2
changed = loads_global.__code__.replace(co_names=("other_name",))
print(eval(changed), eval(loads_global.__code__))
for bad in [lambda: code.replace(co_name=1), lambda: code.replace(nope=1), lambda: code.replace(1)]:
    try:
        bad()
    except TypeError as e:
        print("TypeError")
try:
    code.co_name = "x"
except AttributeError as e:
    print(e)
print(type(code), type(code).__name__)
