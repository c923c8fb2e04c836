# Hot calls whose target, arguments or defaults change; direct and indirect recursion; many parameters.


def many(a, b, c, d, e, f, g, h, i=9, j=10, *, k=11, l=12):
    return [a, b, c, d, e, f, g, h, i, j, k, l]


print(many(1, 2, 3, 4, 5, 6, 7, 8), many(1, 2, 3, 4, 5, 6, 7, 8, 0, l=0), many(*range(10), k="k"))


def caller(f, n):
    result = None
    for i in range(n):
        result = f(i)
    return result


def one(x):
    return x


class Callable:
    def __call__(self, x):
        return ("called", x)

    def method(self, x):
        return ("method", x)

    @classmethod
    def class_method(cls, x):
        return (cls.__name__, x)

    @staticmethod
    def static_method(x):
        return ("static", x)


c = Callable()
for f in one, lambda x: -x, c, c.method, Callable.class_method, Callable.static_method, str, abs, [].append, float, Callable.method.__get__(c):
    print(caller(f, 20), end=" ")
print()
for f in (lambda: 1), Callable, 5:
    try:
        caller(f, 3)
    except TypeError as error:
        print(error)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(even(300), odd(300))


def mutual(n, log):
    if n > 0:
        log.append(n)
        return mutual(n - 1, log) + mutual(n - 2, log)
    return 1


log = []
print(mutual(7, log), len(log), log[:8])


def keywords(a, b=2, c=3):
    return a * 100 + b * 10 + c


print([keywords(i, c=i + 1) for i in range(4)], [keywords(b=i, a=1) for i in range(3)], [keywords(*(i, i)) for i in range(3)])
keywords.__defaults__ = (5,)
print(keywords(1, 2))
try:
    keywords(1)
except TypeError as error:
    print(error)


def passes_through(*args, **kwargs):
    return keywords(*args, **kwargs)


print([passes_through(1, 2, c=i) for i in range(3)], passes_through(1, b=2))


def ack(m, n):
    while m:
        if n == 0:
            n = 1
        else:
            n = ack(m, n - 1)
        m -= 1
    return n + 1


print(ack(2, 10))


def closures(n):
    functions = []
    for i in range(n):

        def f(x, i=i):
            return x * n + i

        functions.append(f)
    return [f(i) for i, f in enumerate(functions)]


print(closures(6))


def inline_me(x, y):
    if x > y:
        return x - y
    return y - x


def uses_inlined(items):
    total = 0
    for i in range(len(items) - 1):
        total += inline_me(items[i], items[i + 1])
    return total


print(uses_inlined([1, 5, 2, 8]), uses_inlined([1.5, 2.5, 0]), uses_inlined([2**62, -(2**62), 0]), uses_inlined([]))
try:
    uses_inlined([1, "a"])
except TypeError as error:
    print(error)


def returns_pair(n):
    return n, -n


def uses_pair(n):
    total = 0
    for i in range(n):
        a, b = returns_pair(i)
        total += a * 2 + b
    return total


print(uses_pair(100))


def swap_in_loop(n):
    a, b, c = 1, 2, 3
    for _ in range(n):
        a, b, c = b, c, a
    return a, b, c


print([swap_in_loop(n) for n in range(4)])
