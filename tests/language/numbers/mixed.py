# Mixed arithmetic of bool, int and float; which type comes out.

values = [True, 3, -2, 2.5, 10**20]
for a in values:
    for b in values:
        print(*[type(r).__name__ + ":" + str(r) for r in (a + b, a - b, a * b, a / b, a // b, a % b)], a < b, a == b, sep=" ")
print(True + 1, True * 2.5, True / 2, -True, True // 2, True << 3, 5 & True, abs(True), int(True), float(False), True**2)
print(1 + 1.0, 2 * 0.5, 3 - 3.0, 7 // 2.0, 7 % 2.5, 2**0.5, 2**-1, 4**0.5, 1 == 1.0 == True)
print(sum([1, 2.5, True]), max(1, 1.0), max(1.0, 1), min(True, 1), sorted([3, 1.5, True, -2]))
print(1e0 + 10**15, 10**15 + 0.3, 2**62 + 0.0, (2**62 + 1) * 1.0, -(2**62) - 0.5, 2**63 // 2.0)
print(round(7 / 2), round(5 / 2), 7 // 2 + 7 % 2, int(7 / 2), divmod(7, 2.0), divmod(True, 2), pow(2, 0.5), pow(2.0, 2), pow(True, 3))


def mean(*numbers):
    return sum(numbers) / len(numbers)


print(mean(1, 2), mean(1, 2, 3), mean(True, False), mean(0.5), mean(10**20, 0))


def loop(start, step, n):
    total = start
    for _ in range(n):
        total += step
    return total


print(loop(0, 1, 10), loop(0, 0.5, 10), loop(0.0, 1, 10), loop(2**62 - 5, 1, 10), loop(0, 2**61, 10), loop("", "ab", 3), loop((), (1,), 2))


def poly(x):
    return 3 * x * x - 2 * x + 1


print(poly(2), poly(2.5), poly(True), poly(2**40), poly(-1.5e200))
