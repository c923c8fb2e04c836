# The format mini-language for ints and floats.

for spec in "", "d", "5", "<5", "^5", ">5", "05", "+", " ", "-", "x", "X", "#x", "#X", "o", "#o", "b", "#b", "#010x", ",", "_", "_x", "c", "e", ".2f", "%", "n", "*^9", "=+6", "x<4", "010,":
    print(f"{spec!r}: {format(97, spec)!r} {format(-97, spec) if spec != 'c' else ''!r} {format(0, spec)!r}")
for n in 10**20, -(10**15), 2**70:
    print(f"{n:,} {n:_} {n:x} {n:#b} {n:>40} {n:e} {n:030d}")
for spec in "", "f", ".0f", ".1f", ".10f", "e", ".3e", "E", "g", ".3g", "G", "%", ".1%", "8.2f", "<8.2f", "^8.2f", "08.2f", "+.1f", " .1f", ",.2f", "_.1f", "#.0f", "z.1f", "015,.2f", ".0e", "#g", "n", ".17g", "10", "+", ".3":
    print(f"{spec!r}:", *[format(x, spec) for x in (0.0, 1.0, -2.5, 1234567.891, 1e-7, 1e22, float("inf"), float("nan"), -0.0)], sep=" | ")
for value, spec in (1, ".2"), (1.5, "d"), (1.5, "x"), (1, "s"), (True, ""), (True, "d"), (1, "5.5d"), (300000000, "c"), (1, "?"), ("a", "="), ("a", "+"), (1, ",c"), (1.5, ",_"), ("abc", "10.2"), ("abc", "<"), ("a", "05"):
    try:
        print(repr(format(value, spec)))
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)
