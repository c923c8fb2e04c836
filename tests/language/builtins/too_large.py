# sizes that nobody has memory for are MemoryError or OverflowError, never the end of the process
import itertools
import math
import sys


def attempt(function, *args):
    try:
        result = function(*args)
        print("fine", type(result).__name__)
    except Exception as error:
        print(type(error).__name__, error)


huge = 1 << 62
attempt(lambda: [0] * huge)
attempt(lambda: (0,) * huge)
attempt(lambda: list(range(huge)))
attempt(lambda: [].extend(range(huge)))
attempt(lambda: sorted(range(huge)))
for make in (bytes, bytearray):
    attempt(make, huge)
    for name in ("center", "ljust", "rjust", "zfill"):
        attempt(getattr(make(b"a"), name), huge)
    attempt(make(b"\ta").expandtabs, 1 << 31)
attempt("\ta".expandtabs, 1 << 31)
big = 1 << 70
print(0**big, 1**big, (-1) ** big, (-1) ** (big + 1), big**0, big**1, big**2)
attempt(itertools.combinations, range(5), 1 << 60)
attempt(itertools.combinations, range(5), 1 << 64)
attempt(itertools.combinations_with_replacement, range(5), 1 << 60)
attempt(lambda: itertools.product([1, 2], repeat=1 << 62))
print(list(itertools.product(repeat=1 << 62)), list(itertools.product(repeat=0)))


# Iterables without end are asked no more than needed.
attempt(math.sumprod, itertools.count(), [1, 2, 3])
attempt(math.sumprod, [1, 2, 3], itertools.count())


# How many there are is asked before they are.
class Long:
    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        return iter([1, 2, 3])

    def __length_hint__(self):
        if isinstance(self.hint, Exception):
            raise self.hint
        return self.hint


for hint in (3, 0, 10, sys.maxsize, -1, "x", NotImplemented, ValueError("hint")):
    attempt(list, Long(hint))
    attempt(bytes, Long(hint))
    attempt(bytearray().extend, Long(hint))
    attempt([].extend, Long(hint))

print(sys.get_int_max_str_digits())
sys.set_int_max_str_digits(700)
attempt(str, 10**700)
attempt(int, "1" * 701)
sys.set_int_max_str_digits(0)
print(len(str(10**5000)), sys.get_int_max_str_digits())
for limit in (639, -1, "x", 1 << 70):
    attempt(sys.set_int_max_str_digits, limit)
