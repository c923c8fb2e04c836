# The order in which callee, arguments, keywords and operands are evaluated.


def show(name, value=None):
    print(name, end=" ")
    return value


def f(*args, **kwargs):
    print("call", end=" ")
    return 0


show("callee", f)(show("a"), *show("b", []), show("c"), k=show("d"), **show("e", {}))
print()

d = {}
d[show("key", 1)] = show("value", 2)
print(d)

show("target", d)[show("index", 1)] += show("operand", 3)
print(d)

[show("x"), (show("y"), show("z")), {show("k", 1): show("v")}]
print()

a = [0, 1]
i = 0
i, a[i] = 1, 9
print(i, a)

show("left", 1) < show("middle", 2) < show("right", 3)
print()
show("left", 3) < show("middle", 2) < show("right", 3)
print()

print(show("condition", False) and show("never"))
print(show("true", 1) if show("condition", True) else show("never"))
