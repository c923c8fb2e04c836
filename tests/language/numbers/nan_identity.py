"""Nans that are read from text or bytes are objects of their own, which containers tell from each other."""

import array
import struct

a, b = float("nan"), float("nan")
print(a is b, a is a, a == a, [a] == [a], [a] == [b], (a,) <= (b,), (a,) >= (a,))
print(a in [b], a in [a], [a, b].index(b), len({a, b, a}))
numbers = array.array("d", [a])
print(numbers == numbers, numbers != numbers, list(numbers) == list(numbers))
print(struct.unpack("d", struct.pack("d", a)) == struct.unpack("d", struct.pack("d", a)))
print(max([a, 1.0]), a + 1 != a + 1, int(a == b), -a, abs(a), bool(a))
