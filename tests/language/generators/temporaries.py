"""What a generator was working with goes while the generator is the one that runs."""

import sys


class Temporary:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone:", self.name, "in", sys._getframe(1).f_code.co_name)


def fail(number):
    raise ValueError(number)


def displays(n):
    for i in range(n):
        yield i
        [Temporary(i), Temporary(i + 10), fail(i)]


def arithmetic(n):
    for i in range(n):
        yield i
        (Temporary(i), 1 + (Temporary("inner"), fail(i))[1])


def handled(n):
    for i in range(n):
        try:
            yield i
            [Temporary(i), fail(i)]
        except ValueError as error:
            print("handled", error)


def main():
    for generator in (displays, arithmetic, handled):
        for _ in range(3):
            try:
                for number in generator(2):
                    print(number)
            except ValueError as error:
                print("caught", error)


main()
