# Things that builtin types and functions do at their edges.
import collections
import copy
import gc
import io
import os
import sys
import types
import typing
import weakref


def attempt(action):
    try:
        print(repr(action()))
    except Exception as e:
        print(type(e).__name__, e)


print("keywords of derived classes")


class WithNew(list):
    def __new__(cls, items, extra=None):
        return super().__new__(cls, items)


class WithInit(float):
    def __init__(self, x, extra=None):
        self.extra = extra


class Ref(weakref.ref):
    def __init__(self, target, callback=None, extra=None):
        super().__init__(target, callback)


print(WithNew([1], extra=2), WithInit(2.5, extra=3), WithInit(2.5, extra=3).extra, type(Ref(hook := lambda: 0, extra=1)))
attempt(lambda: float(1, extra=2))
attempt(lambda: type("L", (list,), {})([1], extra=2))

print("numbers")
nan = float("nan")
print(hash(nan) == object.__hash__(nan), 0.0 ** float("-inf"), (-0.0) ** float("-inf"))
attempt(lambda: 0.0 ** -1)
attempt(lambda: float.__getformat__(1))
print(sum([-0.0]), sum([-0.0], -0.0), sum([], -0.0), sum([0.1] * 10), sum([1e308, 1e308]))

print(sum([0.1j] * 10), sum([0.1, 0.1j, 1, True] * 3), sum([1j, 2], -0.0), sum([-0.0j, 1], -0j))
attempt(lambda: sum([b"a"], b""))
attempt(lambda: sum([], bytearray()))

print("containers")
view = {1: 2}.items()
print(view.mapping, type(view.mapping), types.MappingProxyType[int])
attempt(lambda: hash(types.MappingProxyType({})))
attempt(lambda: types.MappingProxyType({}).__ior__({}))


class Emptying:
    def __init__(self, *lists):
        self.lists = lists

    def __eq__(self, other):
        for items in self.lists:
            items.clear()
        return NotImplemented

    __hash__ = object.__hash__


a, b = [], []
a.append(Emptying(b))
b.append(Emptying(a))
print(a == b)


class Counted:
    compared = 0

    def __hash__(self):
        return 1

    def __eq__(self, other):
        Counted.compared += 1
        return self is other


d = {Counted(): 1}
d.setdefault(Counted(), 2)
print(Counted.compared, len(d))


class Clearing(Counted):
    __hash__ = Counted.__hash__

    def __eq__(self, other):
        source.clear()
        return False


source = {i: 0 for i in range(10)}
source[Clearing()] = 0
attempt(lambda: {Clearing(): 0, 1: 1}.update(source))


class Lying:
    def __iter__(self):
        return iter([1])

    def __length_hint__(self):
        return sys.maxsize


items = [0]
items.extend(Lying())
print(items)
default = collections.defaultdict.__new__(collections.defaultdict)
print(default.default_factory, default)


def factory():
    if "key" not in table:
        table["key"] = "first"
    return "second"


table = collections.defaultdict(factory)
print(table["key"])


class Slotted(collections.deque):
    __slots__ = ("x",)


q = Slotted("ab", 3)
q.x = 1
print(copy.copy(q), copy.deepcopy(q), copy.deepcopy(q).x)
depth = []


def more():
    if depth:
        return 2
    depth.append(1)
    list(calls)
    return 1


calls = iter(more, 2)
print(next(calls, "exhausted"))

print("classes")
ordered = collections.OrderedDict([("a", 1), ("b", 2)])
ordered.move_to_end("a")
print([name for name in type("C", (), ordered).__dict__ if len(name) == 1])


class Bases(tuple):
    pass


print(type(type("C", Bases((int, object)), {}).__bases__).__name__)
attempt(lambda: type("C\udcdc", (), {}))
attempt(lambda: type("C", (), {"__doc__": "\udcdc"}))
C = type("C", (), {"__firstlineno__": 3})
C.__module__ = "elsewhere"
print("__firstlineno__" in C.__dict__, type.__type_params__)


class Own:
    __dict__ = property(lambda self: {"a": 2})


print(vars(Own()))
attempt(lambda: object.__new__(types.UnionType))
attempt(lambda: object.__new__(list))
attempt(lambda: dir(type("M", (types.ModuleType,), {"__dict__": 8})("m")))


class Replaced(types.SimpleNamespace):
    def __new__(cls, *args, **kwargs):
        return 3


attempt(lambda: copy.replace(types.SimpleNamespace.__new__(Replaced)))

print("unions")


class Unhashable(type):
    def __eq__(self, other):
        raise ValueError("compared")


u, v = Unhashable("u", (), {}), Unhashable("v", (), {})
attempt(lambda: int | u)
attempt(lambda: u | v)
attempt(lambda: (int | u) == (int | v))
attempt(lambda: hash(int | u))
T = typing.TypeVar("T")
print(T | "later", "before" | T, T | None)

print("the rest")
try:
    raise KeyError
except KeyError as e:
    print(dir(e.__traceback__))
p = weakref.proxy(q)
print(list(p))
attempt(lambda: pow(weakref.proxy(WithInit(2.0)), 2, q))
sys.stdin = io.StringIO("line\n")


class Writes:
    def write(self, text):
        pass


stdout, sys.stdout = sys.stdout, Writes()
line = input("prompt")
sys.stdout = stdout
print(line)
attempt(lambda: bytearray(b"abc").translate(b"1", 1))
print([gc.is_tracked(x) for x in (bytearray(), int, object(), range(3), [], C, C())])
stats = gc.get_stats()
gc.collect(0)
print([new["collections"] - old["collections"] for new, old in zip(gc.get_stats(), stats)])
os.environ["PYTHONBREAKPOINT"] = "no.such"
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    breakpoint()
    os.environ["PYTHONBREAKPOINT"] = ".x"
    breakpoint()
print([str(w.message) for w in caught])
