# throw() of generators that delegate: an iterator of another kind gets the arguments as they are


class Iter:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"

    def throw(self, *args):
        print("throw", [arg if isinstance(arg, (int, str, type)) else type(arg) for arg in args])
        return "thrown"


class Plain:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"


def to(inner):
    yield from inner


def attempt(generator, *args):
    try:
        print(generator.throw(*args))
    except BaseException as error:
        print(type(error).__name__, error)


for args in ((123,), (ValueError,), (ValueError, "v"), (ValueError, "v", None), (ValueError("x"),), ("text",)):
    generator = to(Iter())
    next(generator)
    attempt(generator, *args)
    nested = to(to(Iter()))
    next(nested)
    attempt(nested, *args)
    plain = to(Plain())
    next(plain)
    attempt(plain, *args)

# Closing does not throw, also when it comes as an exception.
generator = to(Iter())
next(generator)
generator.close()
generator = to(Iter())
next(generator)
attempt(generator, GeneratorExit)

# What cannot be raised leaves the generator as it was.
generator = to([1, 2, 3])
attempt(generator, 5)
print(next(generator))
attempt(generator, 5)
attempt(generator, ValueError, "v", 5)
attempt(generator, ValueError("x"), 5)
print(next(generator))
attempt(generator, KeyError)
attempt(generator, 5)
print(list(generator))
