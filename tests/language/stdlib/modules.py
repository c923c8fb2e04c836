"""What the library's own Python modules do with the language: enum, dataclasses, typing, functools, re, json, and others."""
import abc
import collections
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import importlib
import inspect
import json
import operator
import re
import string
import textwrap
import types
import typing


class Color(enum.Enum):
    RED = 1
    GREEN = enum.auto()


class Mode(enum.IntFlag):
    READ = 4
    WRITE = 2


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list[str] = dataclasses.field(default_factory=list)


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@functools.singledispatch
def kind(value):
    return "other"


@kind.register
def _(value: int):
    return "int"


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


print(list(Color), Color(2), Color["RED"].name, repr(Mode.READ | Mode.WRITE), Mode(6) & Mode.READ)
print(Point(1, 2) < Point(2), dataclasses.asdict(Point(1, tags=["a"])), dataclasses.replace(Point(5), y=6))
print(fib(80), fib.cache_info(), kind(1), kind("x"))
try:
    Shape()
except TypeError as error:
    print(error)
print(typing.get_type_hints(Point), typing.Optional[int], typing.Union[int, str])
print(typing.get_args(dict[str, int]), typing.Callable[[int], str], typing.ClassVar[int])
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.findall(r"[a-z]+(?=\d)", "ab1 cd2 ef"))
print(re.match(r"(?P<year>\d{4})-(?P<month>\d\d)", "2024-05-06").groupdict(), re.split(r"[,;]\s*", "a, b;c"))
print(json.dumps({"b": [1, 2.5, None, True], "a": "ä\n"}, indent=1, sort_keys=True), json.loads('{"x": [1e3, "\\u00e9"]}'))
print(inspect.signature(fib.__wrapped__), inspect.signature(Point), inspect.isabstract(Shape))
print(collections.Counter("abracadabra").most_common(2), collections.OrderedDict(a=1), collections.ChainMap({"a": 1}, {"b": 2})["b"])
print(collections.namedtuple("P", "x y")(1, 2), types.SimpleNamespace(a=1), operator.itemgetter(1, 0)("ab"))
print(datetime.date(2024, 2, 28) + datetime.timedelta(days=2), datetime.datetime(2024, 1, 2, 3, 4, 5).isoformat())
print(decimal.Decimal("1.10") + decimal.Decimal("2.2"), fractions.Fraction(3, 6), decimal.Decimal(1) / 7)
print(textwrap.fill("the quick brown fox jumps", 12), string.Template("$a-${b}").substitute(a=1, b=2), sep="\n")
print(importlib.import_module("json.decoder").__name__, importlib.import_module(".encoder", "json").__name__)


@contextlib.contextmanager
def managed():
    print("enter")
    try:
        yield 5
    finally:
        print("exit")


with managed() as value, contextlib.suppress(ZeroDivisionError):
    print(value)
    1 / 0
print(functools.reduce(operator.mul, range(1, 6)), functools.partial(int, base=2)("101"))
