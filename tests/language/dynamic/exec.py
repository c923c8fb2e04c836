# exec: namespaces, what it returns, what it refuses.
import os.path
namespace = {}
print(exec("a = 1\ndef f(x):\n    return x + a\nprint(f(4))", namespace))
print(sorted(k for k in namespace if k != "__builtins__"))
print(type(namespace["__builtins__"]).__name__, "len" in namespace["__builtins__"])

exec("a = 10", namespace)
print(namespace["f"](1))

globals_, locals_ = {"g": 1}, {}
exec("x = g\nglobal y\ny = 2", globals_, locals_)
print(locals_, globals_["y"], "x" in globals_)


class Recorder(dict):
    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)

    def __missing__(self, key):
        print("missing", key)
        raise KeyError(key)


recorder = Recorder()
exec("p = 1\nq = p + len('abc')\ndel p", {}, recorder)
print(dict(recorder))

x = "global"
exec("x = 'changed'")
print(x)


def local_snapshot():
    x = "local"
    exec("x = 'lost'; z = 3")
    print(x, sorted(locals()))
    d = locals()
    exec("x = 'kept'; print(x)", globals(), d)
    return x, d["x"]


print(local_snapshot())


def parameters(a, b=2):
    exec("print(a, b)")
    return eval("a + b")


print(parameters(1))

exec("class C:\n    y = 5\n    def m(self): return __class__.y")
print(C().m(), C.__module__, C.m.__qualname__)
exec("import os.path as p\nfrom os import sep")
print(p.join("a", "b"), sep)
exec("from os.path import *")
print(basename("/a/b"))

exec("global_list = [i * j for i in range(3) for j in range(2)]", ns := {})
print(ns["global_list"])
exec("def outer():\n    v = 1\n    def inner():\n        nonlocal v\n        v += 1\n        return v\n    return inner\nr = outer()\nprint(r(), r())", {})
exec(b"print('bytes', 'caf\xc3\xa9')")
exec(bytearray(b"# coding: latin-1\nprint('\xe9')"))

for bad in [lambda: exec(3), lambda: exec("1", []), lambda: exec("1", {}, 5), lambda: exec(None),
            lambda: exec("1", closure=()), lambda: exec(), lambda: exec("1", None, None, 4)]:
    try:
        bad()
    except TypeError as e:
        print(e)
