"""Classes with type parameters: their bases, what is evaluated where, and what the module typing is asked."""


class Plain[T]:
    item: T

    def get[U](self, default: U) -> T | U:
        return T, U

    class Nested[V]:
        both = T, V


T = Plain.__type_params__[0]
print(T, Plain.__type_params__, Plain.__orig_bases__, [c.__name__ for c in Plain.__mro__], Plain.__parameters__)
print(Plain().get(1), Plain.get.__annotations__, Plain.__annotations__, Plain.Nested.both)
print(Plain[int], Plain.Nested.__qualname__, Plain.get.__qualname__, Plain.__module__)


class Base:
    pass


class Meta(type):
    pass


def note(name, value):
    print("evaluating", name)
    return value


def decorate(cls):
    print("decorating", cls.__name__)
    return cls


@decorate
class Derived[A, *B, **C](note("base", Base), metaclass=note("metaclass", Meta)):
    here = (A, B, C)


print(Derived.__type_params__, Derived.__orig_bases__, [c.__name__ for c in Derived.__mro__], type(Derived).__name__)
print(Derived.here, Derived.seen)


class Starred[S](*[Base], **{"metaclass": Meta}):
    pass


print([c.__name__ for c in Starred.__mro__], type(Starred).__name__)


class UsesParameter[P](list[P]):
    pass


print(UsesParameter.__orig_bases__[0], UsesParameter([1, 2]))


class Keyword[K](Base, flag=1):
    pass


print(Keyword.seen)


class Bounded[N: Later = Later]:
    pass


Later = int
print(Bounded.__type_params__[0].__bound__, Bounded.__type_params__[0].__default__)
Plain().anything = 1
print(Plain().__dict__, isinstance(Plain(), Plain))


class WithSlots[Q]:
    __slots__ = ("x",)


w = WithSlots()
w.x = 5
print(w.x, hasattr(w, "__dict__"))


def outer[O]():
    class Inner[I]:
        def method(self):
            return O, I, __class__

    return Inner


print(outer()().method()[:2])


def unpacked[*Ts](*args: *Ts):
    pass


print(unpacked.__annotations__)
