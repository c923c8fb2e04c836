"""What sys.unraisablehook prints: frames without carets, no notes, no chain; sys.tracebacklimit."""

import copy
import sys
import weakref


class Finalizer:
    """As `__del__` it is called without the object; its repr does not change."""

    def __init__(self, call):
        self.call = call

    def __call__(self):
        self.call()

    def __repr__(self):
        return "the finalizer"


def finalize(call):
    class Finalized:
        __del__ = Finalizer(call)

    Finalized()


class Own(Exception):
    pass


class Unprintable(Exception):
    def __str__(self):
        1 / 0


def recurse(n):
    if n:
        recurse(n - 1)
    raise ValueError


def chained():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise OSError("x") from error


def noted():
    error = ValueError("n")
    error.add_note("a note")
    raise error


def many_lines():
    raise ValueError(
        "long",
        1)


def fail(error):
    def call():
        raise error

    return call


for call in (
    lambda: recurse(0),
    lambda: recurse(10),
    chained,
    noted,
    many_lines,
    fail(Own()),
    fail(copy.Error()),
    fail(Unprintable()),
    fail(ExceptionGroup("g", [ValueError(1), TypeError()])),
    fail(SystemExit(3)),
    fail(KeyError("k")),
    fail(ValueError("a\nb")),
    lambda: compile("a b", "file", "exec"),
    lambda: exec("def z():\n  1/0\nz()"),
):
    finalize(call)


class Referent:
    pass


def end_of_frame():
    referent = Referent()
    return weakref.ref(referent, len)


referent = Referent()
reference = weakref.ref(referent, len)
# The builtin has no frame: the one that it was called in is shown.
del referent
reference = end_of_frame()


def replaced():
    referent = Referent()
    reference = weakref.ref(referent, len)
    referent = None
    return reference


def deleted():
    referent = Referent()
    reference = weakref.ref(referent, len)
    del referent
    return reference


def left_by_call():
    for item in {Referent(): 1}:
        reference = weakref.ref(item, len)
        item = None
        int.bit_length()


def left_by_raise():
    for item in {Referent(): 1}:
        reference = weakref.ref(item, len)
        item = None
        raise Own


def left_by_return():
    for item in {Referent(): 1}:
        reference = weakref.ref(item, len)
        item = None
        return reference


for call in replaced, deleted, left_by_call, left_by_raise, left_by_return:
    print(call.__name__, flush=True)
    try:
        call()
    except (Own, TypeError):
        print("left")

sys.tracebacklimit = 2
finalize(lambda: recurse(10))
sys.tracebacklimit = 0
finalize(lambda: recurse(10))
sys.tracebacklimit = 1
recurse(3)
