"""Type parameters of functions: what they are, when their parts are evaluated, where they are seen."""


def attempt(what):
    try:
        print(what())
    except Exception as e:
        print(type(e).__name__, e)


def f[T: int, *Ts, **P](x: T, *args, y: P.args = 1) -> list[T]:
    return T, Ts, P


T, Ts, P = f.__type_params__
print(T, Ts, P, f(1) == (T, Ts, P))
print(T.__name__, T.__bound__, T.__constraints__, T.__infer_variance__, T.__covariant__, T.__contravariant__)
print(T.__module__, type(T).__module__, type(T).__name__, type(Ts), type(P))
print(f.__annotations__["x"] is T, f.__annotations__["return"], f.__annotations__["y"], f.__kwdefaults__)
print(f.__qualname__, f.__name__, f.__code__.co_freevars)
print(P.args, P.kwargs, P.args.__origin__ is P, P.args == P.args, P.args == P.kwargs)
print(T.has_default(), T.__default__, Ts.__default__, type(T.__default__).__name__)


def evaluated(name, value):
    print("evaluating", name)
    return value


def lazy[A: evaluated("bound", int), B: (evaluated("c1", str), bytes) = evaluated("default", str), *C = *tuple[int, str]](a: A = evaluated("argument default", 5)):
    return a


print("defined", lazy())
A, B, C = lazy.__type_params__
print(A.__bound__, A.__bound__)
print(B.__constraints__, B.__bound__)
print(B.__default__, B.__default__, B.has_default())
print(C.__default__)
print(A.evaluate_bound(1), A.evaluate_constraints, B.evaluate_default(1), B.evaluate_bound)
attempt(lambda: A.evaluate_bound(3))


def broken[X: undefined_name]():
    pass


attempt(lambda: broken.__type_params__[0].__bound__)
undefined_name = str
attempt(lambda: broken.__type_params__[0].__bound__)


def defaults[T](a, b=2, /, c=3, *, d=4, e):
    return a, b, c, d, e


print(defaults(1, e=5), defaults.__defaults__, defaults.__kwdefaults__)


def closures[T](x: T):
    def inner[U: T](y: U) -> T:
        return T, U, x

    return inner


inner = closures(1)
print(inner(2), inner.__type_params__[0].__bound__, inner.__annotations__, inner.__qualname__)


def deco(name):
    def wrap(g):
        print("decorating", name, g.__type_params__)
        return g

    return wrap


@deco("first")
@deco("second")
def decorated[T](): ...


async def coroutine[T](x: T): ...


def generator[T](x: T):
    yield T


print(next(generator(1)), coroutine.__type_params__)


class Namespace:
    X = int

    def method[U: X](self, x: X, u: U) -> "X":
        return U, __class__.__name__

    def private[__V](self):
        return __V

    type Alias = X
    type Generic[W] = dict[W, X]


print(Namespace.method.__type_params__[0].__bound__, Namespace.method.__annotations__)
print(Namespace().method(1, 2), Namespace.method.__qualname__, Namespace.Alias.__value__)
print(Namespace.Generic.__value__, Namespace().private())


def scoped():
    n = "outer"

    def g[T: n](x: n):
        return T.__bound__

    n = "changed"
    return g(1), g.__annotations__


print(scoped())
print(T)


def shadow[print, list](x: list):
    return print, list


print(shadow(1))
f.__type_params__ = ()
print(f.__type_params__)
attempt(lambda: setattr(f, "__type_params__", [1]))


def g(x: format, y: type = 1):
    pass


print(g.__annotations__ == {"x": format, "y": type})
