# f-strings: expressions, conversions, specs, nesting, =, escapes.

name, n, pi = "Ann", 42, 3.14159
print(f"{name} is {n}", f"{n + 1}", f"{{{n}}}", f"{name!r} {name!s} {'é'!a}", f"")
print(f"{pi:.2f}|{pi:10.3f}|{pi:<10.1f}|{pi:^10.1f}|{pi:+.1f}|{n:05d}|{n:x}|{n:#b}|{n:,}")
print(f"{name:>10}|{name:*<10}|{name:^10}|{name:.2}|{name!r:>8}")
width, precision = 12, 3
print(f"{pi:{width}.{precision}f}|{name:{'>'}{width}}|{n:{'0'}{5}d}")
print(f"{n=}", f"{n = }", f"{n + 1=}", f"{name=!s}", f"{pi=:.1f}", f"{ n = :>5}")
print(f"{[x * 2 for x in range(3)]} {({'a': 1})['a']} {(lambda: 5)()} {name.upper()} {'yes' if n else 'no'}")
print(f"{f'{n}'} {f'{f"{name}"}'} {"nested quotes"} {'a' 'b'}")
print(
    f"""triple {n}
lines {name}"""
)
print(f"{n}" "plain" f"{name}", rf"\n{n}", f"\t{n}\x41\u00e9", f"{'\n'.join(['a', 'b'])}")
print(f"{None} {True} {[]} {...} {1.0} {10**20} {b'x'}")
print(f"{n:{'d'}} {n!r:>{width}} {n:>{width - 5}}")
print(
    f"{
        n
        + 1
    }"
)
d = {"key": "value"}
print(f"{d["key"]} {d['key']!r} {len(d)}")
for call in (
    lambda: f"{n:s}",
    lambda: f"{name:d}",
    lambda: f"{pi:d}",
    lambda: f"{[]:>5}",
    lambda: f"{n:.2d}",
    lambda: f"{name:,}",
    lambda: f"{n:zz}",
    lambda: f"{missing}",
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


def order(x):
    print("eval", x)
    return x


print(f"{order(1)} {order(2):{order(3)}} {order(4)}")
