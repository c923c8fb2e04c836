# globals(), locals(), vars() and dir() without arguments, in functions, classes and modules (PEP 667).
def f(a, *args, b=2, **kwargs):
    c = 3
    first = locals()
    d = 4
    second = locals()
    first["c"] = "changed"
    return sorted(first), sorted(second), c, first is second


print(f(1, 2, e=5))


def closure():
    x = 1

    def inner():
        y = 2
        return x, locals()

    return inner(), sorted(locals())


print(closure())


def comprehension(n):
    return [sorted(locals()) for i in range(1)], [dir() for j in range(1)]


print(comprehension(1))


class C:
    a = 1
    locals()["b"] = 2
    names = [n for n in dir() if not n.startswith("__")]
    print(locals() is vars(), "C" in globals(), __qualname__)


print(C.b, C.names)
print(globals() is locals(), vars() is globals(), "f" in dir())
globals()["made"] = 5
print(made)


def unbound():
    if False:
        z = 1
    print(locals(), dir())
    z = 2
    del z
    print(vars())


unbound()


def lambdas():
    q = 1
    return (lambda w=2: sorted(locals()))(), (lambda: globals() is G)()


G = globals()
print(lambdas())


def generator(n):
    yield locals()
    m = n
    yield sorted(locals())


for item in generator(3):
    print(item)


class WithDict:
    def __init__(self):
        self.x = 1


print(vars(WithDict()))
for bad in [lambda: vars(1), lambda: vars(object())]:
    try:
        bad()
    except TypeError as e:
        print(e)
