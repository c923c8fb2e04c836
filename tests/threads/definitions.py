"""Functions, closures, classes and exceptions made and used by all threads, with names shared between them."""

from common.hammer import Random, check, hammer

registry = {}


def make_class(index, number):
    class Made:
        kind = "made"
        by = index

        def __init__(self, value):
            self.value = value

        def double(self):
            return self.value * 2

        @staticmethod
        def static(x):
            return x + 1

        def __add__(self, other):
            return type(self)(self.value + other)

        def __eq__(self, other):
            return self.value == other.value

        def __hash__(self):
            return hash(self.value)

    class Child(Made):
        def double(self):
            return super().double() + 1

    Made.number = number
    return Child


def counter(start):
    def step(by=1):
        nonlocal start
        start += by
        return start

    return step


class Problem(Exception):
    pass


def fail(depth, index):
    if depth == 0:
        raise Problem(index)
    try:
        fail(depth - 1, index)
    finally:
        registry[index, "depth"] = depth


def work(index, running):
    random = Random(index + 1)
    number = 0
    while running():
        cls = make_class(index, number)
        registry[index] = cls
        instance = cls(random.below(100))
        check(instance.double() == instance.value * 2 + 1, "double")
        check((instance + 5).value == instance.value + 5, "add")
        check({instance: 1}[cls(instance.value)] == 1, "hash")
        other = registry.get(random.below(8))
        if other is not None:
            borrowed = other(7)
            check(borrowed.double() == 15 and borrowed.static(1) == 2 and 0 <= borrowed.by < 8, "borrowed class")
            check(isinstance(borrowed, other) and other.kind == "made", "isinstance")
        step = counter(index)
        for n in range(20):
            step(n)
        check(step() == index + 191, "closure")
        try:
            fail(random.below(10), index)
        except Problem as problem:
            check(problem.args == (index,), "exception")
        text = "-".join(f"{name}={value!r:>4}" for name, value in {"a": index, "b": number}.items())
        check(text == "a=%4d-b=%4d" % (index, number), text)
        number += 1
    return number


check(sum(hammer(work)) > 0, "nothing happened")
print("definitions: all as defined")
