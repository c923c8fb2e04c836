# Keyword arguments, keyword-only and positional-only parameters, and their errors.


def plain(a, b, c=3):
    return a, b, c


def only(a, *, b, c=3):
    return a, b, c


def mixed(a, b, /, c, d=4, *, e=5):
    return a, b, c, d, e


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, f(*args, **kwargs))
    except TypeError as error:
        print("TypeError:", error)


attempt(plain, 1, b=2)
attempt(plain, b=1, a=2)
attempt(plain, c=1, b=2, a=3)
attempt(plain, 1, a=2)
attempt(plain, 1, 2, d=4)
attempt(plain, b=1)
attempt(plain, c=1)
attempt(only, 1, b=2)
attempt(only, a=1, b=2, c=4)
attempt(only, 1)
attempt(only, 1, 2)
attempt(only, 1, 2, b=3)
attempt(mixed, 1, 2, 3)
attempt(mixed, 1, 2, c=3)
attempt(mixed, 1, 2, c=3, d=40, e=50)
attempt(mixed, a=1, b=2, c=3)
attempt(mixed, 1, b=2, c=3)
attempt(mixed, 1, 2)
attempt(mixed, 1, 2, 3, 4, 5)


def two_only(*, first, second):
    return first, second


attempt(two_only)
attempt(two_only, first=1)
attempt(two_only, second=2, first=1)
attempt(two_only, 1, 2)


def three_only(*, first, second, third):
    return first, second, third


attempt(three_only)
