"""Which fault of several is told when arguments of builtin functions are given by name."""

import os
import sys
import time


def try_(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


local = time.gmtime(0)
for call in [
    lambda: pow(x=1),
    lambda: pow(1, base=2),
    lambda: pow(1, 2, x=1),
    lambda: pow(1, 2, 3, x=1),
    lambda: pow(1, 2, base=1),
    lambda: pow(1, 2, exp=1, base=1),
    lambda: pow(1, 2, x=1, base=1),
    lambda: pow(y=1, x=2),
    lambda: pow(base=1, exp=2, mod=3, x=4),
    lambda: pow(mod=3, exp=2),
    lambda: sum(x=1),
    lambda: sum([], start=1, x=2),
    lambda: sorted([], key=None, cmp=1),
    lambda: int("1", base=10, x=2),
    lambda: "a".split(sep="b", maxsplit=1, x=3),
    lambda: "a".encode(x=1),
    lambda: b"a".decode("utf-8", encoding="ascii"),
    lambda: round(ndigits=1),
    lambda: round(x=1, ndigits=1),
    lambda: local.__replace__(1),
    lambda: local.__replace__(1, tm_year=2),
    lambda: local.__replace__(tm_year=2).tm_year,
    lambda: local.__replace__(x=1, tm_year=2),
    lambda: os.stat("/").__replace__(),
    lambda: os.stat("/").__replace__(1),
    lambda: sys.float_info.__replace__(1, max=1),
]:
    try_(call)

for source in ["   ", "\t", " 1", " ("]:
    for mode in ["eval", "single", "exec"]:
        try:
            compile(source, "f", mode)
            print(repr(source), mode)
        except SyntaxError as error:
            print(type(error).__name__, error.args)
