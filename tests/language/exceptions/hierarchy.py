# The built-in exception classes: what is raised by what, and who catches whom.


def attempt(thunk):
    try:
        thunk()
    except Exception as error:
        bases = [c.__name__ for c in type(error).__mro__[:-2]]
        print(" < ".join(bases), "|", error)


attempt(lambda: 1 / 0)
attempt(lambda: 1 // 0)
attempt(lambda: 1 % 0)
attempt(lambda: 1.0 / 0)
attempt(lambda: 1.0 // 0)
attempt(lambda: 1.5 % 0)
attempt(lambda: divmod(1, 0))
attempt(lambda: 0**-1)
attempt(lambda: 10.0**400)
attempt(lambda: int("x"))
attempt(lambda: int(float("inf")))
attempt(lambda: int(float("nan")))
attempt(lambda: [][0])
attempt(lambda: ()[0])
attempt(lambda: ""[0])
attempt(lambda: {}[0])
attempt(lambda: {}["a"])
attempt(lambda: [].pop())
attempt(lambda: {}.popitem())
attempt(lambda: set().pop())
attempt(lambda: set().remove(1))
attempt(lambda: [].remove(1))
attempt(lambda: [].index(1))
attempt(lambda: "a".index("b"))
attempt(lambda: None.x)
attempt(lambda: nothing)
attempt(lambda: 1 + "a")
attempt(lambda: "a" + 1)
attempt(lambda: [] + ())
attempt(lambda: [1] * "a")
attempt(lambda: "a" < 1)
attempt(lambda: "é".encode("ascii"))
attempt(lambda: b"\xff".decode("utf-8"))
attempt(lambda: open("/nonexistent/file"))
attempt(lambda: next(iter([])))
attempt(lambda: 1 << -1)
attempt(lambda: [0][10**30])
attempt(lambda: "a" * 10**30)
attempt(lambda: (_ for _ in ()).throw(LookupError("thrown")))
attempt(lambda: "{}".format())
attempt(lambda: "{x}".format())
attempt(lambda: "%d" % "x")
attempt(lambda: "%d %d" % 1)
attempt(lambda: "%d" % (1, 2))

for child, parent in [
    (ZeroDivisionError, ArithmeticError),
    (KeyError, LookupError),
    (FileNotFoundError, OSError),
    (UnboundLocalError, NameError),
    (RecursionError, RuntimeError),
    (NotImplementedError, RuntimeError),
    (UnicodeDecodeError, ValueError),
    (ModuleNotFoundError, ImportError),
    (BrokenPipeError, ConnectionError),
    (KeyboardInterrupt, Exception),
    (SystemExit, Exception),
    (GeneratorExit, Exception),
    (StopIteration, Exception),
]:
    print(child.__name__, parent.__name__, issubclass(child, parent))
print(IOError is OSError, EnvironmentError is OSError)
