# `sys.unraisablehook`: what it is told of exceptions that nobody can handle.
import sys
import weakref


def hook(unraisable):
    message = unraisable.err_msg and unraisable.err_msg.split(" at 0x")[0]
    print(message, unraisable.object, unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback is not None)


sys.unraisablehook = hook


class Dies:
    def __del__(self):
        raise ValueError("in __del__")


Dies()


class Referred:
    pass


r = Referred()
ref = weakref.ref(r, lambda ref: 1 / 0)
del r


def generator():
    try:
        yield
    finally:
        raise KeyError("closing")


g = generator()
next(g)
del g
sys.unraisablehook = sys.__unraisablehook__
del sys.unraisablehook
print(hook.__name__)
