"""Weak proxies: everything done to one is done to the object, as long as it lives."""

from _weakref import CallableProxyType, ProxyType, getweakrefcount, proxy


class Number:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return ("add", self.n, other)

    def __radd__(self, other):
        return ("radd", self.n, other)

    def __iadd__(self, other):
        self.n += other
        return self

    def __neg__(self):
        return -self.n

    def __int__(self):
        return self.n

    def __index__(self):
        return self.n

    def __float__(self):
        return float(self.n)

    def __eq__(self, other):
        return self.n == other

    def __lt__(self, other):
        return self.n < other

    def __len__(self):
        return self.n

    def __bool__(self):
        return self.n != 3

    def __getitem__(self, key):
        return ("item", key)

    def __setitem__(self, key, value):
        self.n = value

    def __delitem__(self, key):
        self.n = 0

    def __contains__(self, item):
        return item == self.n

    def __iter__(self):
        return iter([self.n])

    def __str__(self):
        return f"Number({self.n})"

    def method(self, *args, **kwargs):
        return args, kwargs


number = Number(5)
p = proxy(number)
print(type(p) is ProxyType, p is proxy(number), getweakrefcount(number), isinstance(p, Number))
print(p.n, p.method(1, k=2), str(p), p + 1, 1 + p, -p, int(p), float(p), [10, 20, 30, 40, 50, 60][p])
print(p == 5, p != 5, p < 6, len(p), bool(p), p["key"], 5 in p, list(p))
p["key"] = 7
p.extra = "attribute"
print(number.n, number.extra)
del p["key"], p.extra
print(number.n, hasattr(number, "extra"))
p += 3
print(type(p).__name__, number.n, bool(number))
p = proxy(number)
try:
    hash(p)
except TypeError as error:
    print(error)
try:
    next(p)
except TypeError as error:
    print(error)
try:
    p()
except TypeError as error:
    print("not callable")
del number


def function(a, b=2):
    return a, b


callable_proxy = proxy(function)
print(type(callable_proxy) is CallableProxyType, callable_proxy(1), callable_proxy(1, b=3), callable_proxy.__name__)


class Gone:
    pass


gone = proxy(Gone(), lambda reference: print("gone"))
for act in [lambda: gone.x, lambda: str(gone), lambda: gone + 1, lambda: len(gone), lambda: bool(gone), lambda: gone == 1]:
    try:
        act()
    except ReferenceError as error:
        print(type(error).__name__, error)
print(repr(gone).startswith("<weakproxy at"))
