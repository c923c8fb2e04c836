# "Did you mean": names, attributes and imports that are nearly right.
import sys
import os.path


class Noisy:
    def __init__(self):
        self.bluch = 1
        self._private = 2
        self.very_long_attribute_name = 3

    def method(self):
        return bluch, self

    def private(self):
        return self.privat

    def other(self):
        return self.blech


some_variable = 1


def local():
    local_variable = 1
    return local_variabel


def global_():
    return some_varable


def free():
    outer_name = 1

    def inner():
        outer_name
        return outer_nam
    return inner()


def used_up():
    counter = len("abc")
    counter += len("d")
    return countr


def nothing():
    return xyzzy_unlike_anything


def show(f):
    try:
        f()
    except Exception as e:
        sys.excepthook(type(e), e, e.__traceback__)


for f in [local, global_, free, used_up, nothing, lambda: prnt, lambda: math, lambda: timee, lambda: maxx, lambda: Vale,
          lambda: Noisy().blach, lambda: Noisy().blac, lambda: Noisy().privat, Noisy().method, Noisy().private, Noisy().other,
          lambda: Noisy().verylong_attribute_name, lambda: [].apend, lambda: "".uper, lambda: (1).bit_lenght, lambda: sys.exi,
          lambda: os.path.joi, lambda: Noisy.methd, lambda: None.x, lambda: {}.itms, lambda: setattr(Noisy(), "x", 1).y,
          lambda: exec("raise NameError('plain')"), lambda: exec("raise AttributeError('plain')"),
          lambda: exec("raise NameError('given', name='prin')"), lambda: int.from_byte, lambda: print(1, sepp=2),
          lambda: show(f, g=1), lambda: sorted([], kee=1)]:
    show(f)
