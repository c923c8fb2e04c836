# StopIteration that Python code raises inside builtin iterators: its value, and that it ends iterations


class Stops:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration(42)


def stop(*_):
    raise StopIteration("called")


def shown(make):
    try:
        print(next(make()))
    except StopIteration as error:
        print(error.args, end=" ")
    except Exception as error:
        print(repr(error), end=" ")
    try:
        print(list(make()))
    except Exception as error:
        print(repr(error))


shown(Stops)
shown(lambda: enumerate(Stops()))
shown(lambda: zip(Stops()))
shown(lambda: zip([1], Stops()))
shown(lambda: zip([1], Stops(), [2]))
shown(lambda: zip(Stops(), [1], strict=True))
shown(lambda: map(str, Stops()))
shown(lambda: map(stop, [1, 2]))
shown(lambda: map(stop, [1, 2], [3, 4]))
shown(lambda: filter(stop, [1, 2]))
shown(lambda: (stop() for _ in [1]) if False else iter(stop, 1))


def stops_at(limit):
    def check(n):
        if n == limit:
            raise StopIteration(n)
        return n

    return check


print(list(map(stops_at(3), range(10))), list(filter(stops_at(3), range(1, 10))), sum(map(stops_at(4), range(10))))
for n in map(stops_at(2), range(5)):
    print(n)
print([*map(stops_at(2), range(5))], max(map(stops_at(2), range(5))), 1 in map(stops_at(2), range(5)))
first, *rest = map(stops_at(3), range(5))
print(first, rest)


def delegates():
    print("value", (yield from map(stops_at(2), range(5))))
    print("value", (yield from enumerate(Stops())))


print(list(delegates()))
