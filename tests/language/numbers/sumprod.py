# math.sumprod: exact for ints, more precise than floats for floats
import math
from decimal import Decimal
from fractions import Fraction

print(math.sumprod([], []), math.sumprod([1, 2, 3], [4, 5, 6]), math.sumprod([1 << 70], [1 << 70]))
print(math.sumprod([0.1] * 10, [1] * 10), math.sumprod([0.1] * 10, [1.0] * 10), math.sumprod([True, False] * 5, [0.1] * 10))
print(math.sumprod([1e308, 1e308], [10, -10]), math.sumprod([1.0, 1e100, 1.0, -1e100], [1.0] * 4))
print(math.sumprod([1, 2.5, 3], [4, 5, 6]), math.sumprod([10**400, 1], [1, 2]), math.sumprod([float("inf"), 1], [1, 2]))
print(math.sumprod([Fraction(1, 3), 2], [3, Fraction(1, 2)]), math.sumprod([Decimal("0.1"), 1], [2, Decimal(3)]))
print(math.sumprod(iter([1, 2]), (n for n in (3, 4))), math.sumprod([0.5, 1, 2], [2, 3, 4]), math.sumprod("ab", [1, 2]) if False else "")
for p, q in (([1], [1, 2]), ([1, 2], [1]), ([1.5, "a"], [1, 2]), ([10**400, 1.5], [1, 2]), (1, [2])):
    try:
        print(math.sumprod(p, q))
    except Exception as error:
        print(type(error).__name__, error)
