"""Closures: counters, partial application, composition, memoisation, decorators."""

import sys


def counter(start):
    value = start

    def add(amount):
        nonlocal value
        value += amount
        return value

    return add


def adder(n):
    return lambda x: x + n


def compose(f, g):
    return lambda x: f(g(x))


def memoise(function):
    known = {}

    def wrapper(n, k):
        key = n, k
        if key not in known:
            known[key] = function(n, k)
        return known[key]

    return wrapper


def counted(function):
    calls = 0

    def wrapper(*args):
        nonlocal calls
        calls += 1
        return function(*args)

    wrapper.calls = lambda: calls
    return wrapper


@memoise
def binomial(n, k):
    if k == 0 or k == n:
        return 1
    return binomial(n - 1, k - 1) + binomial(n - 1, k)


@counted
def clamp(x, low, high):
    return max(low, min(x, high))


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 3_500_000
    add = counter(10)
    for n in range(size):
        add(n & 3)

    chain = adder(1)
    for n in range(2, 6):
        chain = compose(adder(n), chain)
    total = 0
    for n in range(size // 5):
        total += chain(n)

    callbacks = [adder(n) for n in range(50)]
    spread = 0
    for n in range(size // 50):
        for callback in callbacks:
            spread ^= callback(n)

    clamped = sum(clamp(n, 100, 1000) for n in range(size // 5))
    if clamp.calls() != size // 5:
        raise ValueError("the decorator lost calls")
    print("closures", size, add(0), total, spread, clamped, binomial(60, 30))


if __name__ == "__main__":
    main()
