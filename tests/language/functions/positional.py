# Positional parameters and the errors of a call with too few or too many.


def none():
    return "none"


def two(a, b):
    return a, b


def attempt(f, *args):
    try:
        print(f(*args))
    except TypeError as error:
        print("TypeError:", error)


attempt(none)
attempt(none, 1)
attempt(two, 1, 2)
attempt(two, 1)
attempt(two)
attempt(two, 1, 2, 3)
attempt(two, 1, 2, 3, 4)


def four(a, b, c, d):
    return a + b + c + d


attempt(four)
attempt(four, 1)
attempt(four, 1, 2)
attempt(four, 1, 2, 3)
attempt(four, 1, 2, 3, 4)
