# Carets under binary operations, subscripts, calls and attributes.

import sys


class Record:
    pass


def binary():
    a = {"x": 1}
    return 1 + a["x"] + a["x"] * "s" / 2


def subscript():
    table = {"rows": [[1, 2], [3]]}
    return table["rows"][1][5] + 1


def call():
    values = [1, 2]
    return sorted(values, key=len)


def attribute():
    record = Record()
    record.inner = None
    return record.inner.value.other


def unary():
    return -"text"


def comparison():
    return 1 < 2 < "3"


def several_lines():
    return max(
        1,
        "two",
    )


def name():
    return undefined_thing + 1


def assign():
    a, b = 1, 2, 3


def raises():
    if True: raise ValueError("explicit")


import os

for function in binary, subscript, call, attribute, unary, comparison, several_lines, name, assign, raises:
    try:
        function()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
