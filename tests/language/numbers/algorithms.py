# Number theory and numerics as ordinary programs.


def primes(limit):
    sieve = [True] * limit
    for n in range(2, int(limit**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = [False] * len(range(n * n, limit, n))
    return [n for n in range(2, limit) if sieve[n]]


print(primes(60), len(primes(10000)))


def factors(n):
    found = []
    d = 2
    while d * d <= n:
        while n % d == 0:
            found.append(d)
            n //= d
        d += 1
    return found + [n] if n > 1 else found


print(factors(360), factors(97), factors(2**31 - 1), factors(600851475143))


def is_probable_prime(n):
    if n < 2 or n % 2 == 0:
        return n == 2
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if a % n == 0:
            continue
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


print([n for n in range(50) if is_probable_prime(n)], is_probable_prime(2**127 - 1), is_probable_prime(2**128 + 1))


def bisect(f, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        if f(low) * f(middle) <= 0:
            high = middle
        else:
            low = middle
    return low


print(f"{bisect(lambda x: x * x - 2, 0, 2):.12f}", f"{bisect(lambda x: x**3 - x - 1, 1, 2):.10f}")


def simpson(f, a, b, n=100):
    h = (b - a) / n
    return h / 3 * sum(f(a + i * h) * (1 if i in (0, n) else 4 if i % 2 else 2) for i in range(n + 1))


print(f"{simpson(lambda x: x * x, 0, 3):.9f}", f"{simpson(lambda x: 1 / x, 1, 2):.9f}")


def to_base(n, base):
    digits = ""
    while n:
        n, d = divmod(n, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[d] + digits
    return digits or "0"


print(to_base(255, 2), to_base(10**20, 36), to_base(0, 7), int(to_base(12345, 7), 7))
print(sum(1 / n for n in range(1, 1000)), 4 * sum((-1) ** k / (2 * k + 1) for k in range(1000)))
seed = 1
values = []
for _ in range(5):
    seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
    values.append(seed >> 33)
print(values)
x = 0xDEADBEEF
for _ in range(10):
    x ^= (x << 13) & 0xFFFFFFFFFFFFFFFF
    x ^= x >> 7
    x ^= (x << 17) & 0xFFFFFFFFFFFFFFFF
print(x, x & 0xFF, bin(x).count("1"))
