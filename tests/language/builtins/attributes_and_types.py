# isinstance, issubclass, type, getattr family, callable, id, dir-like checks.


class A:
    x = 1


class B(A):
    pass


b = B()
print(isinstance(b, A), isinstance(b, (int, str)), isinstance(b, (int, (str, A))), isinstance(True, int), isinstance(None, type(None)))
print(issubclass(B, A), issubclass(B, B), issubclass(B, object), issubclass(A, (B, int)), issubclass(bool, int))
print(type(b) is B, type(1) is int, type("").__name__, type(None).__name__, type(type).__name__, type(B).__name__, type(len).__name__)
print([type(v).__name__ for v in (1, 1.5, "s", b"", [], (), {}, set(), frozenset(), range(1), None, True, ..., slice(1), lambda: 0, print, A, b, iter([]), NotImplemented)])
print(getattr(b, "x"), getattr(b, "y", "default"), hasattr(b, "x"), hasattr(b, "y"))
setattr(b, "y", 5)
print(b.y, vars(b), b.__dict__)
delattr(b, "y")
print(hasattr(b, "y"), callable(A), callable(b), callable(len), callable("x"), id(b) == id(b))
for call in (
    lambda: isinstance(1, 1),
    lambda: issubclass(1, int),
    lambda: issubclass(int, 1),
    lambda: getattr(b, 5),
    lambda: getattr(b, "none"),
    lambda: setattr(5, "x", 1),
    lambda: delattr(b, "none"),
    lambda: vars(5),
    lambda: type(1, 2),
    lambda: hasattr(b),
    lambda: isinstance(1, [int]),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print(repr(int), repr(type), repr(A), repr(None), repr(...), repr(NotImplemented), repr(range), str(list), repr(ValueError))
print(int.__name__, int.__mro__, bool.__bases__, A.__mro__[-1] is object, object.__bases__, type(A) is type)
print(b.__class__.__name__, B.__module__, (5).__class__, "".__class__ is str)
print(abs(-3), abs(-2.5), divmod(7, 2), pow(2, 5), round(2.567, 2), hash(5), len("abc"), ord("a"), chr(98), bool([]))
print(format(3.14159, ".2f"), repr("x"), str(5), ascii("é"), bin(5), oct(8), hex(255), sorted([2, 1]), id(None) == id(None))
print(list(map(type, (1, "a")))[0] is int, object() == object(), object() is None)
print(NotImplemented is NotImplemented, Ellipsis is ...)
