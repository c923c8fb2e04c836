# * and ** in calls: several of them, any iterable, errors.


def f(*args, **kwargs):
    return args, kwargs


def generate():
    yield 1
    yield 2


print(f(*"ab", *range(2), *generate(), *{}))
print(f(0, *[1], 2, *(3,), x=1, **{"y": 2}, z=3))
print(f(**{"a": 1}, **{"b": 2}))
print(f(*{"k": 1, "l": 2}))


def attempt(thunk):
    try:
        print(thunk())
    except TypeError as error:
        print("TypeError:", error)


def named(a, b=2):
    return a, b


attempt(lambda: named(*[1], **{"b": 3}))
attempt(lambda: named(1, **{"a": 3}))
attempt(lambda: named(*[1, 2, 3]))
attempt(lambda: named(*5))
attempt(lambda: named(**5))
attempt(lambda: named(**{1: 2}))
attempt(lambda: f(**{"a": 1}, **{"a": 2}))
attempt(lambda: f(a=1, **{"a": 2}))
attempt(lambda: named(1, **{"c": 3}))


class Mapping:
    def keys(self):
        return ["b", "a"]

    def __getitem__(self, key):
        return key * 2


print(f(**Mapping()))
