# Cells compare as what they hold; code of another kind is warned of; other modules see the namespace of builtins.
import os
import warnings


def cell(value):
    def inner():
        return value

    return inner.__closure__[0]


def empty():
    def inner():
        return never

    if False:
        never = 1
    return inner.__closure__[0]


print(cell(2) < cell(3), cell(2) >= cell(3), empty() < cell("x"), empty() == empty(), cell(-36) == cell(-36.0))
print(cell(True) > empty(), cell(1) == 1, cell(1) != cell(2))
for other in (1, cell("x")):
    try:
        cell(1) < other
    except TypeError as error:
        print(error)
try:
    hash(cell(1))
except TypeError as error:
    print(error)


def plain():
    return 1


def generator():
    yield 1


with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    plain.__code__ = plain.__code__
    plain.__code__ = generator.__code__
for warning in found:
    print(warning.category.__name__, warning.message)
print(list(plain()))
print(type(__builtins__).__name__, type(os.__builtins__).__name__, plain.__builtins__ is os.__builtins__)
