# sys.exc_info and sys.exception follow the handlers being executed.

import sys

print(sys.exc_info(), sys.exception())


def show():
    kind, value, trace = sys.exc_info()
    print(kind.__name__ if kind else None, value, sys.exception() is value, trace is not None)


try:
    raise ValueError("outer")
except ValueError:
    show()
    try:
        raise KeyError("inner")
    except KeyError:
        show()
    show()
show()


def generator():
    try:
        yield 1
    except RuntimeError:
        show()
        yield 2
    show()
    yield 3


g = generator()
next(g)
try:
    raise TypeError("caller")
except TypeError:
    g.throw(RuntimeError("into generator"))
    show()
    next(g)
show()

try:
    try:
        1 / 0
    finally:
        show()
except ZeroDivisionError:
    pass
show()

try:
    raise ValueError("tb")
except ValueError as error:
    trace = error.__traceback__
    print(trace.tb_lineno, trace.tb_next)


def inner():
    raise OSError("low")


def outer():
    inner()


try:
    outer()
except OSError as error:
    trace = error.__traceback__
    lines = []
    while trace:
        lines.append(trace.tb_lineno)
        trace = trace.tb_next
    print(lines)
