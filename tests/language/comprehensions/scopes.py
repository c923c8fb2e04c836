# The scope of comprehension variables, in modules, functions and classes.

x = "module x"
result = [x for x in range(3)]
print(x, result)


def function():
    y = 10
    values = [y + z for z in range(3)]
    try:
        z
    except NameError as error:
        print(error)
    inner = [lambda: y for _ in range(1)]
    y = 20
    return values, inner[0]()


print(function())


class Body:
    size = 3
    items = [n for n in range(size)]
    try:
        bad = [size for _ in range(1)]
    except NameError as error:
        print(error)

    def method(self):
        return [self.size for _ in range(2)]


print(Body.items, Body().method())


def shadows(x):
    doubled = [x * 2 for x in x]
    return x, doubled


print(shadows([1, 2]))


def closes():
    functions = []
    for i in range(3):
        functions.append([lambda j=j: (i, j) for j in range(2)])
    return [[f() for f in row] for row in functions]


print(closes())


def walrus():
    found = [last := n for n in range(4)]
    return found, last


print(walrus())
print([y := 1, y + 1], y)


def fails():
    try:
        return [1 / n for n in (1, 0)]
    except ZeroDivisionError:
        return "failed"


print(fails())


def nested():
    return [[i * j + k for k in range(2)] for i in range(2) for j in [i + 1]]


print(nested())
print([(lambda: [i for i in range(n)])() for n in range(3)])


def uses_global():
    global made
    [made := i for i in range(5)]


uses_global()
print(made)
