# Integers beyond the machine word: arithmetic, comparison, conversion, bits.

a = 123456789012345678901234567890
b = 987654321098765432109876543210
print(a + b, b - a, a - b, a * b, b // a, b % a, -b // a, -b % a, b // -a, b % -a)
print(divmod(b, a), divmod(-b, a), divmod(b, -a), divmod(a, b), divmod(-a, b))
print(a**5, a**0, pow(a, b, 1000007), pow(3, 10**30, 10**9 + 7), pow(a, -1, 1000003))
print(a == a + 0, a < b, -a < a, a == 123456789012345678901234567890.0, a > 1e29, a < 10**30, a != b)
print(a & b, a | b, a ^ b, ~a, -a & b, -a | b, -a ^ b, a & -1, a & 0xFFFF)
print(a << 70, a >> 70, -a >> 70, a >> 1000, -a >> 1000, 1 << 200, (1 << 200) >> 199)
print(a.bit_length(), (-a).bit_length(), (2**100).bit_length(), (2**100 - 1).bit_count(), hash(a) == hash(int(str(a))))
print(int("123456789" * 10), str(2**200), hex(a), oct(a), bin(2**70 + 5), int(hex(a), 16) == a, int(bin(b), 2) == b, f"{a:,}", f"{a:x}")
print(float(a), float(2**100), int(1e25), int(-1.5e30), a / b, 10**30 / 10**29, 1 / 10**30, 10**400 / 10**399, -(10**400) // 10**399)
print(2**64 - 1, 2**64 * 2**64, (2**64) ** 2 // 2**127, -(2**64) + 2**64, 2**64 - 2**64 + 5, a - a, a * 0)


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


print(factorial(50), factorial(100) // factorial(98), len(str(factorial(300))), sum(int(d) for d in str(factorial(200))))


def isqrt(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


print(isqrt(2 * 10**100), isqrt(a * a) == a)


def fibonacci(n):
    x, y = 0, 1
    for _ in range(n):
        x, y = y, x + y
    return x


print(fibonacci(300), fibonacci(1000) % 10**20)


def gcd(x, y):
    while y:
        x, y = y, x % y
    return x


print(gcd(2**200 * 3, 2**150 * 9), gcd(factorial(30), 10**30), gcd(a, b))
for call in lambda: 10**400 * 1.0, lambda: a // 0, lambda: a << -1, lambda: 10**400 / 1, lambda: [0] * a, lambda: range(5)[a], lambda: a % 0.0:
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print({a: "key"}[123456789012345678901234567890], a in [b, a], sorted([b, -a, a, 0, 2**64]), max(a, b) is b, abs(-a) == a)
n = 3**400
print(n % 10**40, n // 10**150, n % -(10**20), str(n)[:30], (n * n - 1) % 8, n == (3**200) ** 2, n.to_bytes(100, "big")[-4:])
print(round(a, -10), round(-b, -25), a.is_integer(), int(a.__truediv__(10**10)))
