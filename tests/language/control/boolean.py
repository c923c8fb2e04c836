# and, or, not, conditional expressions, truth of values, short circuits.


def f(value):
    print("f", value, end="; ")
    return value


print(f(0) or f(1) or f(2))
print(f(1) and f(0) and f(2))
print(f(0) or f("") or f(None))
print(f(1) and f("x") or f(3))
print(not f(0), not not f(5))
print(f(1) if f(True) else f(2))
print(f(0) or (f(1) and f(2)))
print("a" if 0 else "b" if 1 else "c")
for value in 0, 1, -1, 0.0, 0.1, "", " ", "0", [], [0], (), (0,), {}, {0: 0}, set(), {0}, None, True, b"", b"0", range(0), range(1), ..., float("nan"), 10**30:
    print(repr(value), bool(value), "yes" if value else "no", end=", ")
print()
x = 5
print(1 < x < 10, 1 < x > 3, x == 5 == 5.0, 1 < x < 3, not 1 < x < 3)
print(None or "default", [] and "never", 0 or [] or {})
print(True + True, True * 3, False == 0, True is (1 == 1), sum([True, False, True]))
print(True and False, True & False, True | False, True ^ True)
print(x is None, x is not None, x in [5], x not in [5])
print(isinstance(True, int), bool("False"), bool(None), int(True))
if x and not (x < 3 or x > 10):
    print("compound")
elif x:
    print("never")
else:
    print("never")
