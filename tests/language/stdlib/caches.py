# `functools.lru_cache`: what is remembered, forgotten and counted.
import copy
import functools
import gc
import pickle
import weakref


def attempt(action):
    try:
        print(repr(action()))
    except Exception as e:
        print(type(e).__name__, e)


@functools.lru_cache(maxsize=3)
def square(x):
    "Squares."
    print("computing", x)
    return x * x


for x in [1, 2, 3, 1, 4, 2, 1]:
    print(square(x), end=" ")
print(square.cache_info(), square.cache_parameters(), square.__name__, square.__doc__)
square.cache_clear()
print(square.cache_info(), square(1), square.__wrapped__(1))
attempt(lambda: square([]))
attempt(lambda: square())

print("kinds of keys")


@functools.cache
def any_of(*args, **kwargs):
    return args, kwargs


any_of(1), any_of(1.0), any_of(True), any_of("a"), any_of("a"), any_of(1, 2), any_of((1, 2))
any_of(a=1, b=2), any_of(b=2, a=1), any_of("a", 1), any_of(a=1)
print(any_of.cache_info())


@functools.lru_cache(maxsize=None, typed=True)
def typed(*args, **kwargs):
    return args, kwargs


typed(1), typed(1.0), typed(True), typed(k=1), typed(k=1.0), typed(k=1)
print(typed.cache_info())


@functools.lru_cache(maxsize=0)
def uncached(x):
    return x


uncached(1), uncached(1)
print(uncached.cache_info())

print("errors and recursion")


@functools.lru_cache
def fails(x):
    if x < 3:
        raise ValueError(x)
    return x


for x in [1, 1, 5, 5]:
    attempt(lambda: fails(x))
print(fails.cache_info())


@functools.lru_cache(maxsize=10)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())


class Key:
    """Equal to others of its number; comparing fails once it is told to."""

    failing = False

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number % 2

    def __eq__(self, other):
        if Key.failing:
            raise RuntimeError("comparing")
        return self.number == other.number


@functools.lru_cache(maxsize=2)
def number_of(key):
    return key.number


for n in [0, 2, 0, 4, 2, 0]:
    number_of(Key(n))
print(number_of.cache_info())
Key.failing = True
attempt(lambda: number_of(Key(0)))
Key.failing = False
print(number_of(Key(2)), number_of(Key(0)), number_of.cache_info())


class Reentrant:
    """Comparing it uses the cache."""

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return small(7) == 8


@functools.lru_cache(maxsize=1)
def small(x):
    return x


small(Reentrant()), small(Reentrant()), small(7), small(Reentrant())
print(small.cache_info().maxsize, small.cache_info().currsize <= 1)

print("as objects")


class Method:
    @functools.lru_cache
    def double(self, x):
        return 2 * x

    @staticmethod
    @functools.cache
    def triple(x):
        return 3 * x


m = Method()
print(m.double(2), m.double(2), Method.double.cache_info(), Method.triple(2), m.triple(2), m.triple.cache_info())
print(copy.copy(square) is square, copy.deepcopy(square) is square, pickle.loads(pickle.dumps(square)) is square)
attempt(lambda: functools.lru_cache("a"))
attempt(lambda: functools._lru_cache_wrapper(len, "a", False, tuple))
attempt(lambda: type("C", (functools._lru_cache_wrapper,), {}))
attempt(lambda: square.__get__(None))


class Thing:
    def __del__(self):
        print("thing dies")


@functools.lru_cache(maxsize=1)
def keep(x):
    return x


keep(Thing())
keep(1)
keep(Thing())
keep.cache_clear()
ref = weakref.ref(keep)
keep(keep)
del keep
gc.collect()
print(ref())
