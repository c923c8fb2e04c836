"""What the builtin classes themselves define, and what they inherit."""

import copy
import sys
import time
import types


def own(cls, *names):
    return [name for name in names if name in vars(cls)]


# Exceptions: most classes have a `__new__`, those with fields an `__init__`.
for name in sorted(n for n in vars(__import__("builtins")) if n[0] != "_"):
    cls = getattr(__import__("builtins"), name)
    if isinstance(cls, type) and issubclass(cls, BaseException):
        print(name, own(cls, "__new__", "__init__", "__str__"), cls.__new__.__qualname__)

error = ImportError("a", name="b")
BaseException.__init__(error, "c")
print(error.args, error.msg, error.name)
try:
    BaseException.__init__(error, name="d")
except TypeError as problem:
    print(problem)
print(BaseException.__str__(OSError(2, "gone", "file")), OSError(2, "gone", "file"))
print(hasattr(StopAsyncIteration(1), "value"), StopIteration(1).value)
try:
    Exception.__new__(int)
except TypeError as problem:
    print(problem)


class Both(KeyError, OSError):
    pass


print(Both.__mro__)
print(str(Both("key")), Both(1, "two").errno)

# Who compares at all has all comparisons.
for cls in (dict, range, slice, memoryview, types.SimpleNamespace, types.MethodType, types.CodeType, types.GenericAlias):
    print(cls.__name__, own(cls, "__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"))
print({}.__lt__({}), range(3).__ge__(range(3)))
try:
    {} < {}
except TypeError as problem:
    print(problem)

# The name says the class that a method was reached through.
class Mine(dict):
    pass


print(Mine.fromkeys.__qualname__, Mine().update.__qualname__, dict.update.__qualname__)
print(type.__subclasshook__.__qualname__, object.__subclasshook__.__qualname__)
print(enumerate[int], classmethod[int], staticmethod[int])
print(type(type(type.__dict__["__dict__"]).__objclass__).__name__)

# Structures can be copied with changes.
moment = time.gmtime(0)
changed = copy.replace(moment, tm_year=1999, tm_zone="X")
print(changed, changed.tm_zone, moment.tm_zone)
print(copy.replace(sys.version_info, major=4)[:2])
try:
    copy.replace(moment, other=1, tm_sec=2)
except TypeError as problem:
    print(problem)


# Who lays an instance out also makes it, whichever native `__new__` is found first.
class Shown(Exception):
    __new__ = BaseException.__new__


class Number(int):
    __new__ = object.__new__


class Items(list):
    __new__ = dict.__new__


class Failure(OSError):
    __new__ = Exception.__new__


for cls in (Shown, Number, Items, Failure, Both):
    print(cls.__name__, type(cls()).__name__)
for first, second in [(1j, 1.0), (1.0, 1j), (1j, "x")]:
    try:
        print(complex(first, second))
    except TypeError as problem:
        print(problem)
