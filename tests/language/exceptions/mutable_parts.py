# What str() and repr() show of exceptions whose parts change, or are no list.
import collections

given = [ValueError(1), TypeError(2)]
group = ExceptionGroup("test", given)
given.clear()
print(repr(group), group.args)
given = collections.deque([ValueError(1), TypeError(2)])
group = ExceptionGroup("test", given)
given.clear()
print(repr(group), group.args)


class Broken(collections.UserList):
    def __repr__(self):
        raise ZeroDivisionError("no repr")


try:
    ExceptionGroup("test", Broken([ValueError()]))
except ZeroDivisionError as error:
    print(error)

error = UnicodeTranslateError("xxxx", 1, 5, "foo")
print(error, error.object, error.start, error.end, error.reason)
error.end = 2
print(error)
print(UnicodeDecodeError("ascii", bytearray(b"\xff"), 0, 1, "reason").object)
print(repr(str(UnicodeEncodeError.__new__(UnicodeEncodeError))))
for error in (
    UnicodeEncodeError("utf-8", "x", 0, 1, "reason"),
    UnicodeDecodeError("utf-8", b"x", 0, 1, "reason"),
    UnicodeTranslateError("x", 0, 1, "reason"),
):
    error.object = None
    try:
        str(error)
    except TypeError:
        print(type(error).__name__, "needs its object")

error = ImportError("test", name="a", path="b")
error.__init__()
print(error.msg, error.name, error.path)
try:
    del ValueError().__suppress_context__
except TypeError as error:
    print(error)
