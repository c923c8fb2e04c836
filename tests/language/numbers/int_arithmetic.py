# int: operators, floor division, modulo, signs, precedence, bit operations.

for a in 7, -7, 0, 13:
    for b in 3, -3, 1, -1:
        assert a == a // b * b + a % b
        print(a, b, a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b), end="; ")
    print()
print(2**10, (-2) ** 3, 2**0, 0**0, 2**-1, (-2) ** -3, -(2**2), pow(3, 4), pow(3, 4, 5), pow(3, -1, 7), pow(-3, 3, 5))
print(1 + 2 * 3 - 4 // 2 % 3, (1 + 2) * 3, -2**2, 2**3**2, -7 // 2, -(7 // 2), ~5, -~5, +-+3)
for a, b in (12, 10), (-12, 10), (12, -10), (-12, -10), (0, 5), (-1, 255):
    print(a & b, a | b, a ^ b, ~a, end="; ")
print()
print(1 << 10, 1000 >> 3, -1000 >> 3, -1 >> 100, 5 >> 100, 1 << 0, -5 << 2, 0 << 1000)
print(abs(-5), (-5).bit_length(), (255).bit_length(), (0).bit_length(), (255).bit_count(), (10).conjugate(), (7).numerator, (7).denominator)
print(int.__add__(1, 2), (5).__mod__(3), (5).__rsub__(3), (1).__add__("a"), (7).is_integer(), (6).as_integer_ratio())
print(1_000_000, 0xFF, 0o17, 0b101, 0XAB, 00)
print(round(15, -1), round(25, -1), round(-15, -1), round(12345, -2), round(5), round(5, 2))
print(min(3, 1, 2), max(3, 1, 2), sum([1, 2, 3]), sum(range(101)), sum([1, 2], 10))
print(4611686018427387903 + 1, -4611686018427387904 - 1, 4611686018427387904 * 2, 2**61 * 2, 2**62 - 1, -(2**62), 3037000500 * 3037000500)
print(9223372036854775807 + 1, -9223372036854775808 - 1, 9223372036854775807 * 9223372036854775807, abs(-(2**63)), -(-(2**63)), -(2**63) // -1)
n = 1
for i in range(70):
    n *= 2
print(n, n - 1, n >> 60, n // 2**69, n % 1000)
for call in lambda: 1 // 0, lambda: 1 % 0, lambda: 1 << -1, lambda: pow(2, 3, 0), lambda: pow(2, -1, 4), lambda: 1 + None, lambda: 5 & 1.0, lambda: "a" - 1, lambda: ~1.5, lambda: pow(2.0, 3, 5):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
