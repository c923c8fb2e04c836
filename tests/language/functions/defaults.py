# Default values: evaluated once, at definition, left to right; shared when mutable.


def trace(value):
    print("evaluating", value)
    return value


def f(a, b=trace(2), c=trace(3), *, d=trace(4)):
    return a, b, c, d


print("defined")
print(f(1))
print(f(1, 20))
print(f(1, 20, 30))
print(f(1, d=40))
print(f(1, c=30))


def remember(item, items=[]):
    items.append(item)
    return items


print(remember(1), remember(2), remember(3, []))
print(remember.__defaults__, f.__defaults__, f.__kwdefaults__)

x = 5


def late(value=x):
    return value


x = 6
print(late())

makers = [lambda n=n: n * 10 for n in range(3)]
print([make() for make in makers])


def attempt(*args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except TypeError as error:
        print("TypeError:", error)


attempt()
attempt(1, 2, 3, 4)
attempt(1, 2, 3, 4, 5)
attempt(1, 2, 3, 4, d=5)
