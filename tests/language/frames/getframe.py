# sys._getframe: running frames, their callers, their variables.
import sys


def f(depth=0):
    return sys._getframe(depth).f_code.co_name, f.__code__ is sys._getframe().f_code


print(f(), f(1))
frame = sys._getframe()
print(frame.f_code.co_name, frame.f_back, frame.f_globals is globals(), frame.f_locals is globals(), frame.f_lineno)
print(frame.f_builtins is __builtins__.__dict__, frame.f_trace, sys._getframe() is frame, repr(frame).split("'")[2])
try:
    sys._getframe(100)
except ValueError as e:
    print(e)


def variables(a, *args, b=2, **kw):
    c = [1]
    own = sys._getframe().f_locals
    c.append(2)
    d = own["c"]
    return sorted(own), own["a"], own["c"], d is c, "d" in own, "e" in own, len(own)


print(variables(1, 2, x=3))


def writes():
    x = 1
    own = sys._getframe()
    proxy = own.f_locals
    proxy["x"] = 2
    proxy["new"] = 3
    first = x, proxy["new"], "new" in locals()
    change_caller()
    return first, x, proxy.get("new"), proxy.get("nothing", "default"), dict(proxy)["x"]


def change_caller():
    sys._getframe(1).f_locals["x"] = "changed by callee"


print(writes())


def cells():
    v = 1

    def inner():
        proxy = sys._getframe().f_locals
        proxy["v"] = proxy["v"] + 1
        return v, dict(proxy)["v"]

    result = inner()
    return result, v, sys._getframe().f_locals["v"]


print(cells())


def mapping():
    a, b = 1, 2
    p = sys._getframe().f_locals
    other = p | {"z": 26}
    p.update({"a": 10, "q": 5})
    p |= {"b": 20}
    results = [a, b, other["z"], p.pop("q"), p.setdefault("a", 0), p.setdefault("w", 7), list(p.keys())[:2], list(p)[:2],
               p == sys._getframe().f_locals, p == {}, list(reversed(p))[-1], [k for k, _ in p.items()][:2]]
    for bad in [lambda: p["none"], lambda: p.pop("a"), lambda: p.__delitem__("b"), lambda: p.pop("none")]:
        try:
            bad()
        except (KeyError, ValueError) as e:
            results.append((type(e).__name__, str(e)))
    del p["w"]
    return results, "w" in p


for item in mapping()[0]:
    print(item)


def lines():
    frame = sys._getframe()
    first = frame.f_lineno
    second = frame.f_lineno
    return second - first


print(lines())


def kept():
    value = "kept"
    return sys._getframe()


frame = kept()
print(frame.f_locals, frame.f_back.f_code.co_name, frame.f_code is kept.__code__, frame.f_lineno - kept.__code__.co_firstlineno)
frame.clear()
print(frame.f_locals)


class C:
    inside = 1
    names = sorted(n for n in sys._getframe().f_locals if not n.startswith("__"))


print(C.names if "names" in vars(C) else None)


def caller_globals():
    return sys._getframe(1).f_globals["__name__"], sys._getframemodulename(), sys._getframemodulename(1)


print(caller_globals(), eval("caller_globals()", {"caller_globals": caller_globals, "__name__": "elsewhere"}))
try:
    frame.f_lineno = 3
except ValueError as e:
    print(type(e).__name__)
