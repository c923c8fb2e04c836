"""Loops over pairs: from iterators that make them, from containers of them, and from what is no pair."""


class Odd(tuple):
    def __iter__(self):
        return iter("xy")


def show(items):
    seen = []
    try:
        for a, b in items:
            seen.append((a, b))
    except (TypeError, ValueError, RuntimeError) as error:
        print(type(error).__name__, error)
    print(seen)


def nested(items):
    return [(i, a, b) for i, (a, b) in enumerate(items)]


def grow(items):
    for key, value in items.items():
        if value < 3:
            items[key * 2] = value + 1


def stepped(items):
    for pair in items:
        a, b = pair
        yield b, a


show(enumerate("abc"))
show(enumerate(["p"], 2**62))
show(enumerate("pq", 2**61 - 1))
show(zip("ab", range(5)))
show(zip(range(5), "ab"))
show(zip("ab", "cde", strict=True))
show(zip("ab", "cd", "ef"))
show(zip("ab"))
show({"x": 1, "y": 2}.items())
show(reversed({"x": 1, "y": 2}.items()))
show({"ab": 1, "cd": 2})
show([(1, 2), [3, 4], "56", {7: 8, 9: 10}, range(2)])
show([(1, 2), (3,)])
show([(1, 2), (3, 4, 5)])
show([(1, 2), 3])
show([Odd((1, 2))])
show(iter([]))
show(map(divmod, (7, 8), (2, 3)))
print(nested({"k": "v"}.items()), list(stepped(enumerate("ab"))))
try:
    grow({"a": 1})
except RuntimeError as error:
    print(error)
