"""Aliases of builtin classes with type parameters: what they mention, and unions of them."""


def attempt(what):
    try:
        print(what())
    except Exception as e:
        print(type(e).__name__, e)


def params[T, U]():
    return T, U


T, U = params()
print(list[T], list[T].__parameters__, dict[T, U].__parameters__, dict[T, list[U]].__parameters__)
print(list[int].__parameters__, tuple[T, T, U, T].__parameters__)
attempt(lambda: list[int][str])
attempt(lambda: (T | int).__parameters__)
print(T | None, None | T, int | T, list[T] | U, (list[T] | U).__parameters__)
print(list[int] | None, list[int] | dict[str, int] | None, int | list[str])
print(list[int] | list[int])
print(hash(list[T]) == hash(list[T]), list[T] == list[T], list[T] == list[U])
print(dict[str, T].__args__, dict[str, T].__origin__)
