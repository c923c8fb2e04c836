# Loops over small ints whose results outgrow the machine word, in every operator.


def powers(base, n):
    x = 1
    for _ in range(n):
        x *= base
    return x


def sums(start, step, n):
    for _ in range(n):
        start += step
    return start


def shifts(x, n):
    for _ in range(n):
        x <<= 1
    return x


def down(x, n):
    for _ in range(n):
        x -= 2**60
    return x


print([powers(2, n) for n in (60, 61, 62, 63, 64, 65)], powers(-2, 61), powers(-2, 62), powers(-2, 63), powers(10, 30), powers(-3, 41))
print(sums(2**61 - 10, 3, 10), sums(-(2**61), -1, 5), sums(0, 2**58, 40), sums(2**62, -1, 3), sums(-(2**62), 1, 3))
print(shifts(1, 61), shifts(1, 62), shifts(-1, 61), shifts(-1, 62), shifts(3, 200), down(0, 5))


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print(fibonacci(88), fibonacci(90), fibonacci(93), fibonacci(200))


def hash_like(text):
    h = 5381
    for c in text:
        h = h * 33 + ord(c)
    return h, h & 0xFFFFFFFF, h % 1000003


print(hash_like("short"), hash_like("a much longer text than that"))


def negate(x):
    return -x, abs(x), ~x, x // -1, x * -1, 0 - x


print(negate(-(2**61)), negate(2**61), negate(-(2**62)), negate(-(2**63)))


def back_again(x):
    x = x + 2**70
    x = x - 2**70
    return x * 2 + 1


print(back_again(5), back_again(2**61), type(back_again(1)).__name__)


def product(items):
    result = 1
    for item in items:
        result *= item
    return result


print(product(range(1, 21)), product(range(1, 26)), product([2**40, 2**20]), product([2**31] * 2), product([-(2**31)] * 2), product([3037000500] * 2))


def count(n):
    total = 0
    i = n
    while i < n + 10:
        total += i
        i += 1
    return total, i


print(count(0), count(2**61 - 5), count(2**62 - 5), count(2**63 - 5), count(-(2**61) - 5), count(-(2**62) - 5))


def divide(a, b):
    return a // b, a % b


for a in (2**61, -(2**61), 2**62, -(2**62), 2**61 - 1):
    for b in (-1, 3, 2**61, -(2**62), 7):
        print(divide(a, b), end=" ")
print()
