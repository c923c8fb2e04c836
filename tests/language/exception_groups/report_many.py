"""Long groups are cut, and groups that nest too deeply; the innermost closes the frame."""
import sys

deep = ValueError("deepest")
for level in range(13):
    deep = ExceptionGroup(f"level {level}", [deep])


def many(n):
    return ExceptionGroup("many", [ValueError(i) for i in range(n)])


def last():
    return ExceptionGroup("last", [ValueError(), ExceptionGroup("closing", [TypeError()])])


for e in [many(15), many(16), many(17), deep, last(), ExceptionGroup("one", [SyntaxError("bad", ("f.py", 3, 5, "a b c\n"))])]:
    sys.excepthook(type(e), e, e.__traceback__)

first = ValueError("first")
first.__context__ = ExceptionGroup("led to it", [KeyError("k")])
sys.excepthook(ValueError, first, None)
second = ExceptionGroup("shared", [first, first])
second.__cause__ = first
sys.excepthook(ExceptionGroup, second, None)
