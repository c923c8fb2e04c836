"""Callers that run as native code are seen by those who look at the stack, as are frames of the interpreter between them."""
import sys, traceback, logging, collections, warnings, inspect, types
def show(n):
    f = sys._getframe(n)
    out = []
    while f:
        out.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return out
def a(x):
    y = x + 1
    return b(y)
def b(x):
    for i in range(3):
        x += i
    return apply(lambda: show(0))
def apply(f):
    return f()
def stack(n):
    if n == 0:
        return [(s.name, s.lineno) for s in traceback.extract_stack()]
    return stack(n - 1)
def make():
    P = collections.namedtuple("P", "x y")
    T = type("T", (), {})
    return P, T
def warn(n):
    warnings.warn("careful", stacklevel=n)
def caller():
    warn(1)
    warn(2)
def gen():
    yield show(0)
    yield from [show(1)]
def key(x):
    return len(show(0))
print(a(1))
print(stack(3))
P, T = make()
print(P.__module__, T.__module__)
caller()
for s in gen(): print(s)
print(sorted([1, 2], key=key), max([3], key=lambda v: show(0)[1][1]))
class C:
    def __init__(self): self.s = show(0)
    def __eq__(self, o): return show(0)
    @property
    def p(self): return show(1)
def objs():
    c = C()
    print(c.s, c == c, c.p)
objs()
def rec(n):
    return sys._getframe(n).f_lineno if n > 20 else rec(n + 1)
print(rec(0))
def tryit():
    try:
        1 / 0
    except ZeroDivisionError:
        return show(0)
print(tryit())
logging.basicConfig(format="%(filename)s:%(lineno)d %(funcName)s %(message)s", stream=sys.stdout)
def logs():
    logging.warning("hi")
logs()
def cur():
    return inspect.stack()[0].function, inspect.currentframe().f_back.f_lineno
def cur2():
    return cur()
print(cur2())
