# `__build_class__` of functions that are no class bodies: they have their variables to themselves.


def body(*args, **kwargs):
    attribute = 1
    return args, kwargs, attribute


def generator():
    print("never runs")
    1 / 0
    yield


Empty = __build_class__(body, "Empty")
print(Empty.__name__, hasattr(Empty, "attribute"))
print(__build_class__(generator, "Generator"))

for function in (lambda a: a, lambda *, key: key, lambda: 1 / 0):
    try:
        __build_class__(function, "Never")
    except (TypeError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
