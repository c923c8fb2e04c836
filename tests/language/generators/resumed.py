"""Generators that are sent to, thrown into, closed, delegate, handle exceptions and fail, between ordinary steps."""

import sys


def counter(n):
    i = 0
    while i < n:
        got = yield i
        if got is not None:
            print("got", got)
        i += 1
    return "done"


def words(line):
    start = None
    for i, c in enumerate(line):
        if c.isalnum():
            if start is None:
                start = i
        elif start is not None:
            yield line[start:i].lower()
            start = None
    if start is not None:
        yield line[start:].lower()


def at_once(x):
    yield x
    yield x + 1


def delegating(n):
    result = yield from counter(n)
    for i in range(2):
        yield result, i


def guarded(n):
    try:
        for i in range(n):
            try:
                yield 10 // (2 - i)
            except KeyError as error:
                print("caught", error)
                yield "handled"
    except ZeroDivisionError as error:
        print("zero", error)
        yield -1
    finally:
        print("closing")


def floats(limit):
    x = 0.5
    while x < limit:
        y = x * 2.0
        yield y
        x = y + 0.25


def accumulate():
    total = 0
    while True:
        value = yield total
        if value is None:
            return total
        total += value


def failing(items):
    seen = []
    for item in items:
        seen.append(item)
        yield len(seen)
    raise ValueError(f"after {seen}")


def closing_over(factor):
    def scaled(values):
        for value in values:
            yield value * factor

    return scaled


def variables(a, b):
    c = a + b
    yield c
    d = [c]
    yield d
    del c
    yield a


def tree(depth):
    if depth:
        for side in (0, 1):
            for path in tree(depth - 1):
                yield (side, *path)
    else:
        yield ()


def main():
    print(list(counter(5)), list(words("Hello big World, it's me")), list(at_once(3)))
    print(list(delegating(3)))
    generator = counter(3)
    print(next(generator), generator.send("hey"), next(generator))
    try:
        next(generator)
    except StopIteration as stop:
        print(stop.value)
    print(list(guarded(4)))
    generator = guarded(4)
    print(next(generator), generator.throw(KeyError("k")), next(generator))
    generator.close()
    print(list(floats(20.0)))
    generator = accumulate()
    print([generator.send(value) for value in (None, 1, 2**62, 2**62, 1.5)])
    try:
        generator.send(None)
    except StopIteration as stop:
        print(stop.value)
    try:
        for n in failing("ab"):
            print(n)
    except ValueError as error:
        print(error, error.__traceback__.tb_next.tb_lineno - failing.__code__.co_firstlineno)
    print(list(closing_over(3)([1, 2.5, "x"])))
    generator = variables(1, 2)
    for _ in range(3):
        next(generator)
        print(sorted(generator.gi_frame.f_locals.items()))
    print(list(tree(3)))
    print(max(sum(n * n for n in range(k)) for k in range(50)))
    huge = counter(sys.maxsize)
    print(sum(next(huge) for _ in range(1000)))


main()
