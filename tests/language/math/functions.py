# math: constants and functions, special values, errors.

import math
from math import sqrt, pi

print(pi, math.e, math.tau, math.inf, -math.inf, math.nan)
print(sqrt(2), sqrt(16), sqrt(0), math.isqrt(17), math.isqrt(10**40), f"{math.cbrt(27):.12g}")
print(math.floor(2.7), math.floor(-2.7), math.ceil(2.1), math.ceil(-2.1), math.trunc(-2.7), math.floor(5), math.ceil(1e20), type(math.floor(2.5)).__name__)
# The last digit belongs to the C library: twelve digits are compared.
show = lambda *values: print(*[f"{value:.12g}" for value in values])
show(math.sin(1), math.cos(1), math.tan(1), math.asin(0.5), math.acos(0.5), math.atan(1), math.atan2(1, -1), math.atan2(-0.0, -1))
show(math.sinh(1), math.cosh(1), math.tanh(1), math.asinh(1), math.acosh(2), math.atanh(0.5))
show(math.exp(1), math.expm1(1e-10), math.exp2(10), math.log(math.e), math.log(8, 2), math.log2(1024), math.log10(1000), math.log1p(1e-10), math.log(10**100))
print(math.pow(2, 0.5), math.pow(2, -1), math.hypot(3, 4), math.hypot(1, 2, 3), math.dist((0, 0), (3, 4)), math.degrees(pi), math.radians(180))
print(math.fabs(-2), math.fmod(7, -3), math.fmod(-7, 3), math.remainder(7, 4), math.modf(2.75), math.modf(-2.75), math.frexp(10.0), math.ldexp(0.5, 4), math.copysign(2, -0.0))
print(math.gcd(12, 18), math.gcd(), math.gcd(0, 5), math.gcd(12, 18, 27), math.lcm(4, 6), math.lcm(), math.factorial(20), math.factorial(0), math.comb(10, 3), math.perm(10, 3), math.perm(5), math.prod([1, 2, 3, 4]), math.prod([], start=5))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1.0), math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1), math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10, abs_tol=1e-9))
print(math.fsum([0.1] * 10), math.fsum([1e16, 1, -1e16]), math.sumprod([1, 2], [3, 4]), math.ulp(1.0), math.nextafter(1.0, 2.0))
show(math.erf(0.5), math.erfc(0.5), math.gamma(5), math.lgamma(10))
for call in (
    lambda: sqrt(-1),
    lambda: math.log(0),
    lambda: math.log(-1),
    lambda: math.asin(2),
    lambda: math.exp(1000),
    lambda: math.pow(10.0, 400),
    lambda: math.factorial(-1),
    lambda: math.factorial(1.5),
    lambda: math.floor(math.inf),
    lambda: math.floor("x"),
    lambda: sqrt("x"),
    lambda: math.gcd(1.5, 2),
    lambda: math.comb(-1, 2),
    lambda: math.isqrt(-1),
    lambda: math.fmod(1, 0),
    lambda: math.sin(math.inf),
    lambda: math.log(2, 1),
    lambda: sqrt(),
    lambda: sqrt(1, 2),
    lambda: math.hypot("a"),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


class Angle:
    def __float__(self):
        return 0.5

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __index__(self):
        return 6


print(math.sin(Angle()) == math.sin(0.5), math.floor(Angle()), math.ceil(Angle()), math.gcd(Angle(), 4))
show(sum(math.sin(x / 10) ** 2 + math.cos(x / 10) ** 2 for x in range(100)))
print(max(map(math.sqrt, [4, 9])), sqrt(10**40), sqrt(True))
