# Where carets go: signs, f-strings, assignments to more than one name, all(...) and its like.
import sys


def fail(*arguments):
    raise ValueError(*arguments)


def nothing():
    return None


def sign():
    return -nothing() ** 2


def inverted():
    return ~nothing()


def sum_of_signs():
    return -fail(1) + -fail(2)


def field():
    x = {"a": 1}
    return x[f"{x["a"]:{5}}{1:#{2}x}{'(' + ")]"}"]


def template():
    return [t"{[1][0]}(".strings, fail][1](2)


def starred():
    a, *b = fail(1)


def chained():
    a = b = fail(1)


def item(d):
    d["a"] = fail(1)


def plain():
    a = fail(1)


def generator():
    return all(1 / x for x in [1, 0])


def tuple_of():
    return tuple(fail(x) for x in "ab")


def to_name():
    return fail(1)  # nothing shown


def to_method():
    return str.join(1, 2)


def not_ascii():
    é = fail("é")


def not_in_place():
    return list(fail(x) for x in "ab")


def member():
    class Slotted:
        __slots__ = ("x",)

    return Slotted().x


def surrogate():
    fail("\udc80 and \u2603")


for function in (
    sign, inverted, sum_of_signs, field, template, starred, chained, lambda: item({}), plain, generator, tuple_of,
    to_name, to_method, not_ascii, not_in_place, member, surrogate,
):
    try:
        function()
    except Exception as error:
        sys.__excepthook__(type(error), error, error.__traceback__)
