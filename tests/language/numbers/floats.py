# float: repr, arithmetic, special values, rounding, comparison, methods.

print(0.1, 0.1 + 0.2, 1.0, -0.0, 1e16, 1e15, 123456789012345680.0, 1e-5, 0.0001, 1e22, 1.5e300, 5e-324, 1.7976931348623157e308)
print(1 / 3, 2 / 3, 10 / 3, 100.0, 1e100, 3.0e-10, 2.5, 1e5, 123456.789, 0.30000000000000004, 9007199254740993.0)
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(7.5, 2), divmod(-7.5, 2), divmod(7.5, -2), -0.0 % 5, 5 % -0.5)
print(2.0**0.5, 2**0.5, 4**-0.5, (-8.0) ** 3, 0.0**0, 2.0**-1074, 10.0**-5, 1.5**2, (-2.0) ** 2)
inf, nan = float("inf"), float("nan")
print(inf, -inf, nan, inf + 1, inf - inf, inf * 0, 1 / inf, -1 / inf, inf // 2, 5 % inf, -5 % inf, inf == inf, nan == nan)
print(1e308 * 10, -1e308 * 10, 1e-308 / 1e10, 1e200 * 1e200, 5.0 // 0.1, 1.0 // 0.1)
for digits in None, 0, 1, 2, -1, -2:
    print(digits, [round(x, digits) for x in (2.5, 3.5, -2.5, 0.5, 1.5, 2.675, 1234.5678, 0.05, -0.04, 15.0)])
print(round(1e20), round(2.5), round(-1.5), round(1e-10), round(1.1, 20), round(1e300, -299), type(round(2.0)).__name__, type(round(2.0, 0)).__name__)
for call in lambda: round(inf), lambda: round(nan), lambda: int(inf), lambda: 1.0 / 0, lambda: 0.0 ** -1, lambda: 1e300**2, lambda: round(1.5, "a"), lambda: 1.5 << 1, lambda: 1.5 + "a", lambda: 2.0 // 0.0:
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print((2.5).is_integer(), (2.0).is_integer(), (0.75).as_integer_ratio(), (0.1).hex(), float.fromhex("0x1.8p1"), (-2.5).__abs__(), (1.0).hex())
print(int(2.9), int(-2.9), 2.9 // 1, -2.9 // 1, abs(-2.5), -(-2.5), +2.5, 3.7.__int__(), 1.0.__floor__(), 1.2.__ceil__(), 1.8.__trunc__())
print(0.0 == -0.0, str(-0.0), 1e16 + 1, 2**53 + 1.0, float(2**53 + 1), 1 == 1.0, hash(1.0) == hash(1), 1.5 in [1.5])
print(sum([0.1] * 10), sum([1e16, 1.0, -1e16]), sum([0.1, 0.2, 0.3]), min(1.5, 2, 0.5), max(-1.5, -2), sorted([2.5, -1.0, 3, 0.0]))
print(1_0.5, .5, 5., 1e3, 1E-3, 1_0e1_0)
print(4.35 * 100, 1.1 + 2.2, 0.1 * 3, 1.15, 2.675, 1 - 0.9, 1e23, 1.0e+23, 123e-7, 1 / 7)
x = 1.0
for _ in range(60):
    x /= 2
print(x, x * 2**60, 1 + x == 1)
boundary = [2.0**-767, 2.0**-768, 2.0**-255, 2.0**-256, 2.0**-254, 2.0**257, 2.0**256, 2.0**258, 2.0**769, 2.0**768, -(2.0**-500), -(2.0**500), 2.0**1023, 2.0**-1022]
print(boundary, [b * 3 / 3 == b for b in boundary], sum(boundary))
