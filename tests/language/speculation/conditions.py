# Branches whose outcome turns out otherwise late; loops that run zero, one or very many times.


def late(n):
    kind = "int"
    x = 0
    for i in range(n):
        if i > 5000:
            kind = "late"
            x = x + 0.5
        else:
            x = x + 1
    return kind, x


print(late(10), late(6000), late(0))


def collatz(n):
    steps = 0
    while n != 1:
        n = n >> 1 if n & 1 == 0 else 3 * n + 1
        steps += 1
    return steps


print([collatz(n) for n in (1, 7, 27, 97, 871, 2**60 + 1)])


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


print(gcd(2**60, 48), gcd(17, 0), gcd(0, 0), gcd(-12, 18), gcd(2.5, 1.0), gcd(3**50, 3**45 * 7))


def loops(n):
    a = b = c = 0
    for _ in range(n):
        a += 1
        for _ in range(a % 3):
            b += 1
            while c % 5 != 4:
                c += 1
            c += 1
    return a, b, c


print(loops(0), loops(1), loops(10), loops(200))


def chained(a, b, c):
    if a < b < c:
        return "up"
    elif a > b > c:
        return "down"
    elif a == b == c:
        return "flat"
    return "mixed"


print(chained(1, 2, 3), chained(3, 2, 1), chained(1, 1.0, True), chained("a", "b", "a"), chained(1, 3, 2))


def short_circuit(items):
    return [a and b or c for a, b, c in items], [not a for a, _, _ in items], [a if b else c for a, b, c in items]


print(short_circuit([(1, 2, 3), (0, 2, 3), (1, 0, ""), ([], {}, None), (0.0, -1, 2**70)]))


def none_checks(items):
    return [("none" if x is None else "zero" if x == 0 else "true" if x is True else x) for x in items]


print(none_checks([None, 0, True, 0.0, "", False, 1, []]))


def bits(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count


print([bits(n) for n in (0, 1, 255, 2**61 - 1, 2**62, 2**100 - 1)])


def primes(limit):
    found = []
    for n in range(2, limit):
        for p in found:
            if p * p > n:
                found.append(n)
                break
            if n % p == 0:
                break
        else:
            found.append(n)
    return found


print(primes(50), len(primes(2000)))


def binary_search(items, wanted):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


print([binary_search([1, 3, 5, 7], n) for n in range(9)], binary_search(["a", "c"], "b"), binary_search([], 1), binary_search([0.5, 1.5], 1))


def state(text):
    inside = False
    depth = biggest = 0
    for c in text:
        if c == '"':
            inside = not inside
        elif inside:
            continue
        elif c in "([{":
            depth += 1
            biggest = max(biggest, depth)
        elif c in ")]}":
            depth -= 1
            if depth < 0:
                return "unbalanced"
    return biggest if depth == 0 and not inside else "open"


print(state('(a[b]{c})"((("'), state("(()"), state(")("), state('"'), state(""))
big = 0
for i in range(100_000):
    if i % 1000 == 999:
        big += i
    elif i == 77_777:
        big = float(big)
print(big)
