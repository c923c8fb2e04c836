# Lambdas: parameters of all kinds, defaults, nesting, immediate calls.

print((lambda: 1)())
print((lambda x: x + 1)(1))
print((lambda x, y=2, *z, k=3, **o: (x, y, z, k, o))(1))
print((lambda x, y=2, *z, k=3, **o: (x, y, z, k, o))(1, 5, 6, 7, k=8, n=9))
print((lambda *, a: a)(a=4))
print((lambda a, /, b: a - b)(5, b=3))

add = lambda a: lambda b: a + b
print(add(1)(2))
print((lambda: 1).__name__)

operations = {"+": lambda a, b: a + b, "-": lambda a, b: a - b}
print([operations[o](7, 3) for o in "+-"])
print(sorted(["bb", "a", "ccc"], key=lambda s: -len(s)))
print(list(map(lambda x, y: x * y, [1, 2, 3], [4, 5, 6])))
print((lambda x: "big" if x > 10 else "small")(11))

try:
    (lambda x: x)()
except TypeError as error:
    print(error)

factorial = lambda n: 1 if n == 0 else n * factorial(n - 1)
print(factorial(20), factorial(25))
