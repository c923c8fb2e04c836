"""Unions of types: what they take, tell and refuse."""
import typing
from typing import Union, TypeVar, ParamSpec

T = TypeVar("T")


def attempt(make):
    try:
        print(repr(make()))
    except TypeError as error:
        print("TypeError:", error)


def function():
    pass


attempt(lambda: int | "x")
attempt(lambda: (int | str) | "float")
attempt(lambda: "float" | (int | str))
attempt(lambda: T | "x")
attempt(lambda: typing.get_args("x" | T)[1])
attempt(lambda: list[int] | "x")
attempt(lambda: Union[function, int])
attempt(lambda: Union[None, int] | None | int)
attempt(lambda: iter(int | str))
attempt(lambda: type("C", (int | str,), {}))
union = int | None
print(union.__name__, union.__qualname__, union.__module__, Union.__module__, Union.__name__, union.__origin__)


class Meta(type):
    pass


print(Meta.__type_params__, type.__type_params__, typing.get_type_hints(Meta))
print(ParamSpec("P", bound=(int, str)).__bound__)
attempt(lambda: ParamSpec("P", bound=1).__bound__)


class Two(typing.Generic[T, *typing.TypeVarTuple("Ts")]):
    pass


A = TypeVar("A")
B = TypeVar("B", default=int)


class Pair(typing.Generic[T, A, B]):
    pass


attempt(lambda: Pair[int, str])
attempt(lambda: Pair[int])
