# __builtins__ in globals: who sees which builtins.
import builtins
import os.path

print(__builtins__ is builtins, callable(builtins.__import__))
for names in [{}, {"len": lambda x: "own"}]:
    for source in ["len('abc')", "print", "[len(x) for x in ['a']]"]:
        try:
            print(source, eval(source, {"__builtins__": names}))
        except NameError as e:
            print(type(e).__name__, e)

ns = {"__builtins__": {}}
for source in ["class C: pass", "import os", "def f(): return abs(1)\nf()"]:
    try:
        exec(source, ns)
    except Exception as e:
        print(type(e).__name__, e)

ns = {"__builtins__": {"abs": lambda x: "mine"}}
exec("def f(): return abs(-1)\nr = f()", ns)
print(ns["r"], ns["f"]())

ns = {}
exec("s = abs(-4)", ns)
print(ns["s"], ns["__builtins__"] is builtins.__dict__)

original = builtins.__import__


def tracing(name, globals=None, locals=None, fromlist=(), level=0):
    print("import", name, fromlist, level)
    return original(name, globals, locals, fromlist, level)


builtins.__import__ = tracing
import os
from os import sep


def inside():
    import os.path
    return os.path.sep


print(inside())
builtins.__import__ = original
import sys

builtins.extra = "seen everywhere"
print(extra)
del builtins.extra
try:
    extra
except NameError as e:
    print(e)
