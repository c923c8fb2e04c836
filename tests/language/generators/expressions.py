# Generator expressions: laziness, scope, what is evaluated at once.


def show(x):
    print("show", x)
    return x


g = (show(x) * 10 for x in [1, 2])
print("nothing yet")
print(next(g))
print(list(g))
try:
    (x for x in 5)
except TypeError as error:
    print("at once:", error)

n = 10
g = (x + n for x in range(3))
n = 100
print(list(g))

pairs = ((x, y) for x in range(3) for y in range(x) if (x + y) % 2)
print(list(pairs))
print(sum(x * x for x in range(10)), max((len(w), w) for w in "some words here".split()))
print(any(x > 2 for x in [1, 2, 3]), all(x > 0 for x in []), ",".join(str(x) for x in range(4)))
print(dict((c, ord(c)) for c in "abc"), set(x % 3 for x in range(10)) == {0, 1, 2})
print(sorted((x for x in [3, 1, 2]), reverse=True), tuple(x for x in "xy"))

nested = ((x for x in range(n)) for n in range(3))
print([list(inner) for inner in nested])


def primes(limit):
    return [n for n in range(2, limit) if all(n % d for d in range(2, n) if d * d <= n)]


print(primes(40))
x = "outer"
list(x for x in range(3))
print(x)
functions = [f for f in (lambda i=i: i for i in range(3))]
print([f() for f in functions], [f() for f in (lambda: i for i in range(3))])
