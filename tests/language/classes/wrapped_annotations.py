# staticmethod and classmethod have their function's annotations; globals that make names up; __bases__ of non-classes.
import types


class C:
    @staticmethod
    def s(x: int) -> str: ...

    @classmethod
    def c(cls, y: float): ...


for method in (C.__dict__['s'], C.__dict__['c']):
    print(method.__annotations__, method.__annotate__(1), sorted(method.__dict__))
    method.__annotations__ = {'other': 1}
    print(method.__annotations__, method.__func__.__annotations__ != method.__annotations__)
    del method.__annotations__
    print(method.__annotations__)


class Static(staticmethod):
    pass


print(repr(Static(None)), repr(classmethod(3)))


class Names(dict):
    def __missing__(self, name):
        return f'<{name}>'


def names():
    return int, undefined, len


print(types.FunctionType(names.__code__, Names(undefined=5))())


class Like:
    def __init__(self, *bases):
        self.__bases__ = bases


base = Like()
derived = Like(base)


class Instance:
    def __init__(self, cls):
        self.cls = cls

    @property
    def __class__(self):
        return self.cls


print(issubclass(derived, base), issubclass(base, derived), isinstance(Instance(derived), base), isinstance(1, base))
for check in (lambda: issubclass(1, base), lambda: issubclass(base, 1), lambda: isinstance(1, 1), lambda: issubclass(1, int)):
    try:
        check()
    except TypeError as problem:
        print(problem)
print(None.__bool__(), None.__repr__(), type(None)(), type(...)(), type(NotImplemented)())
try:
    type(None)(1)
except TypeError as problem:
    print(problem)


def generator():
    yield


class NotMade(Exception):
    def __new__(cls, *args):
        return cls


try:
    generator().throw(NotMade)
except TypeError as problem:
    print(problem)
