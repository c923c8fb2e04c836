# An error inside a generator shows the consumer and the generator.


def numbers():
    yield 1
    yield int("x")


def consume():
    return [n for n in numbers()]


sum(numbers_plus for numbers_plus in consume())
