# Decorators on functions, methods and classes; stacking, arguments, order.


def announce(name):
    print("making", name)

    def decorate(function):
        print("applying", name, "to", function.__name__)

        def wrapper(*args, **kwargs):
            return f"<{name} {function(*args, **kwargs)}>"

        wrapper.__name__ = function.__name__
        return wrapper

    return decorate


@announce("outer")
@announce("inner")
def greet(who="world"):
    return "hello " + who


print(greet(), greet("you"), greet.__name__)


def register(cls):
    registry.append(cls.__name__)
    cls.registered = True
    return cls


registry = []


@register
class Thing:
    @announce("method")
    def size(self, n=1):
        return n * 10


print(registry, Thing.registered, Thing().size(), Thing().size(n=2))


class Cached:
    def __init__(self, function):
        self.function = function
        self.known = {}
        self.misses = 0

    def __call__(self, n):
        if n not in self.known:
            self.misses += 1
            self.known[n] = self.function(n)
        return self.known[n]


@Cached
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.misses)

table = [lambda f: lambda: f() * 2]


@table[0]
def twice():
    return 21


print(twice())


@(lambda f: "replaced")
def gone():
    pass


print(gone)
