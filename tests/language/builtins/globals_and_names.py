# __name__, globals, locals at module level, builtins shadowed and restored.

print(__name__, __doc__, "__file__" in globals())
x = 1
print(globals()["x"], "x" in globals())
globals()["made"] = 5
print(made)


def function(a, b=2):
    c = 3
    return sorted(locals().items())


print(function(1))


def shadow():
    str = "shadowed"
    return str


print(shadow(), str(5))
len = lambda x: "my len"
print(len([]))
del len
print(len([1]))
if __name__ == "__main__":
    print("is main")


def uses_later():
    return later()


def later():
    return "defined later"


print(uses_later())


def redefined():
    return 1


first = redefined


def redefined():
    return 2


print(first(), redefined())
for name in "_", "__x", "é", "x1":
    globals()[name] = name * 2
print(_, __x, é, x1)
True_ = 1
print(True_, None is None)
print(type(__builtins__).__name__ in ("module", "dict"))
