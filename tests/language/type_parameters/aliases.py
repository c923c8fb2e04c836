"""type statements."""


def attempt(what):
    try:
        print(what())
    except Exception as e:
        print(type(e).__name__, e)


type Simple = int | str
print(Simple, Simple.__value__, Simple.__name__, Simple.__type_params__, Simple.__parameters__, Simple.__module__)
type Pair[A, B = A] = tuple[A, B]
print(Pair, Pair.__value__, Pair.__type_params__, Pair.__parameters__, Pair[int, str])
print(type(Pair), type(Pair[int, str]), Pair[int, str].__origin__ is Pair, Pair[int, str].__args__)
type Later = Unknown
attempt(lambda: Later.__value__)
Unknown = 5
attempt(lambda: Later.__value__)
print(Later.evaluate_value(1))
type Recursive[T] = T | list[Recursive[T]]
print(Recursive.__value__)
attempt(lambda: Simple[int])
attempt(lambda: setattr(Simple, "__value__", 3))
attempt(lambda: setattr(Simple, "__name__", 3))
attempt(lambda: isinstance(3, Simple))
attempt(lambda: Simple())
print(Simple | None, None | Simple, Pair[int, int] | str, list[Simple], Simple | Pair)
type = 3
print(type)
type type = list
print(type, type.__value__)
type match[case] = case
print(match, match.__value__)


def local():
    x = "x"
    type L[T] = (x, T, lambda: T)
    return L


made = local()
print(made.__value__[:2], made.__value__[2](), made.__type_params__)


class C:
    type Inner = Y
    Y = "from the class"


print(C.Inner.__value__)
type Lines[T] = dict[
    str,
    T,
]
print(Lines.__value__)
evaluations = []
type Once = evaluations.append(1)
Once.__value__
Once.__value__
print(evaluations)
