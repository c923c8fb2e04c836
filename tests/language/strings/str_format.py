# str.format: positions, names, attributes, items, nesting, errors.


class Thing:
    def __init__(self):
        self.name = "thing"
        self.items = [1, {"k": "deep"}]


t = Thing()
print("{} {} {}".format(1, "a", [2]), "{0} {1} {0}".format("x", "y"), "{a} {b}".format(a=1, b=2))
print("{0.name} {0.items[0]} {0.items[1][k]} {1[key]}".format(t, {"key": "v"}))
print("{:>5}|{:<5}|{:^5}|{:05d}".format("a", "b", "c", 42), "{0:{1}}".format("x", ">4"), "{:{w}.{p}f}".format(3.14159, w=8, p=2))
print("{0!r} {0!s} {0!a}".format("é"), "{{}} {{{}}}".format(1))
print("{:,} {:.1%} {:e}".format(1234567, 0.25, 12345.678), "{:s} {:d}".format("s", 5))
print("{a[0]} {a[1]} {b.real}".format(a="xy", b=3), "{}".format(None), "{:10}|".format("left"), "{:10}|".format(5))
print("{0}{1}".format(*"ab"), "{x}{y}".format(**{"x": 1, "y": 2}))
for text, args, named in (
    ("{} {}", (1,), {}),
    ("{2}", (1,), {}),
    ("{a}", (), {}),
    ("{} {0}", (1,), {}),
    ("{0} {}", (1,), {}),
    ("{", (), {}),
    ("}", (), {}),
    ("{!x}", (1,), {}),
    ("{0.missing}", (1,), {}),
    ("{0[0]}", (1,), {}),
    ("{:d}", ("a",), {}),
    ("{0!}", (1,), {}),
    ("{a.b", (), {}),
):
    try:
        print(text.format(*args, **named))
    except Exception as error:
        print(repr(text), type(error).__name__, error)
print("{x} and {y}".format_map({"x": 1, "y": 2}))


class Default(dict):
    def __missing__(self, key):
        return f"<{key}>"


print("{x} {z}".format_map(Default(x=1)))
