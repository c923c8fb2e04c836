# yield from: values, sends, throws and the return value through the delegation.


def inner():
    total = 0
    while True:
        try:
            value = yield total
        except ValueError:
            return "stopped by ValueError"
        if value is None:
            return total
        total += value


def outer():
    result = yield from inner()
    print("inner returned", result)
    result = yield from [10, 20]
    print("list returned", result)
    return "outer result"


g = outer()
print(next(g), g.send(5), g.send(6))
print(g.send(None))
print(next(g))
try:
    next(g)
except StopIteration as stop:
    print(stop.value)

g = outer()
next(g)
print(g.throw(ValueError))
try:
    g.throw(KeyError("in list part"))
except KeyError as error:
    print(error)


def flatten(nested):
    for item in nested:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, [3, [4]], 5], [], [[6]]])))


def chain(*iterables):
    for iterable in iterables:
        yield from iterable


print(list(chain("ab", [1], {"k": 2}, range(2), (x * x for x in [3]))))


def closing():
    try:
        yield 1
    finally:
        print("inner closed")


def delegate():
    try:
        yield from closing()
    finally:
        print("outer closed")


d = delegate()
next(d)
d.close()


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(sum(deep(200)))


def no_send():
    yield from [1, 2]


n = no_send()
next(n)
try:
    n.send(5)
except AttributeError as error:
    print(error)
try:
    list(chain(5))
except TypeError as error:
    print(error)
