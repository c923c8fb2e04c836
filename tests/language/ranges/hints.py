# How much is left of ranges beyond machine words, and what cannot be collected.
big = 2**127


def attempt(function, *arguments):
    try:
        print(function(*arguments))
    except (OverflowError, MemoryError, ValueError, TypeError) as error:
        print(type(error).__name__, error)


def unpack(items):
    *first, last = items
    return first, last


def extend(items):
    made = []
    made += items
    return made


class Hint:
    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        return self.hint


iterator = iter(range(big))
next(iterator)
print(iterator.__length_hint__(), iter(range(2**63)).__length_hint__(), reversed(range(-big, 8)).__length_hint__())
for function in list, unpack, extend, sorted:
    attempt(function, iter(range(big)))
    attempt(function, reversed(range(-big, 8)))
for hint in big, -1, "a", NotImplemented, 3:
    attempt(list, Hint(hint))
    attempt(tuple, Hint(hint))
