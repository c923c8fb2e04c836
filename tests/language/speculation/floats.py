# Float loops at the borders: infinities, nan, negative zero, the ranges kept outside the word, ints mixed in.


def scale(x, factor, n):
    for _ in range(n):
        x *= factor
    return x


print(scale(1.0, 2.0, 100), scale(1.0, 2.0, 300), scale(1.0, 2.0, 800), scale(1.0, 2.0, 1023), scale(1.0, 2.0, 1024))
print(scale(1.0, 0.5, 100), scale(1.0, 0.5, 300), scale(1.0, 0.5, 800), scale(1.0, 0.5, 1074), scale(1.0, 0.5, 1075), scale(-1.0, 0.5, 1075))
print(scale(3.0, 2.0, 255) / scale(1.0, 2.0, 255), scale(scale(1.7, 2.0, 300), 0.5, 300), scale(scale(1.7, 0.5, 600), 2.0, 600))


def total(items):
    result = 0.0
    for item in items:
        result += item
    return result


inf, nan = float("inf"), float("nan")
print(total([0.1] * 10), total([1e300] * 3), total([1e308] * 3), total([inf, 1.0]), total([inf, -inf]), total([nan, 1.0]), total([-0.0]), total([1, 2.5, True]))


def compare(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


for pair in (1.0, 2.0), (nan, 1.0), (1.0, nan), (nan, nan), (inf, inf), (-0.0, 0.0), (1, 1.5), (2**53, 2.0**53), (2**53 + 1, 2.0**53), (1e300, 10**300), (-(10**400), -inf):
    print(compare(*pair), end=" ")
print()


def minimum(items):
    best = items[0]
    for item in items:
        if item < best:
            best = item
    return best


print(minimum([3.5, 1.25, 2.0]), minimum([nan, 1.0]), minimum([1.0, nan]), minimum([2, 1.5, 3]), minimum([1e-300, 1e-310, 5e-324]))


def newton(n):
    x = n
    for _ in range(30):
        x = (x + n / x) / 2
    return x


print(newton(2.0), newton(2), newton(1e200), newton(1e-200), newton(10**50))


def integrate(f, a, b, n):
    h = (b - a) / n
    return sum(f(a + (i + 0.5) * h) for i in range(n)) * h


print(f"{integrate(lambda x: x * x, 0.0, 3.0, 1000):.6f}", f"{integrate(lambda x: 1 / (1 + x), 0, 1, 100):.6f}")


def rounding(x):
    return int(x), round(x), x // 1, x % 1, divmod(x, 0.7), -x // 1


for x in 2.5, -2.5, 1e15 + 0.3, -0.0, 7.000000001:
    print(rounding(x), end=" ")
print()


def mixed(n):
    x = 0
    for i in range(n):
        x = x + 0.5 if i % 2 else x + 1
    return x


print(mixed(1), mixed(2), mixed(101), type(mixed(1)).__name__)


def horner(coefficients, x):
    result = 0
    for c in coefficients:
        result = result * x + c
    return result


print(horner([1, -2, 3], 2), horner([1, -2, 3], 2.0), horner([1.5, 0, 1], 1e100), horner([1] * 20, 10), horner([], 5))


def logistic(x, r, n):
    for _ in range(n):
        x = r * x * (1.0 - x)
    return x


print(logistic(0.5, 3.9, 100), logistic(0.1, 2.0, 50), logistic(2.0, 3.0, 20))
matrix = [[2.0, 1.0, 1.0], [1.0, 3.0, 2.0], [1.0, 0.0, 0.0]]
vector = [4.0, 5.0, 6.0]


def solve(a, b):
    n = len(b)
    a = [row[:] + [b[i]] for i, row in enumerate(a)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[pivot] = a[pivot], a[i]
        for r in range(i + 1, n):
            factor = a[r][i] / a[i][i]
            for c in range(i, n + 1):
                a[r][c] -= factor * a[i][c]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (a[i][n] - sum(a[i][c] * x[c] for c in range(i + 1, n))) / a[i][i]
    return x


print([round(v, 9) for v in solve(matrix, vector)])
