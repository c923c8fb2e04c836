# details of builtins: dir() of any mapping, KeyError.__str__, copies of properties, partition, exit and quit, __dict__ of functions
import sys


class Mapping(dict):
    def keys(self):
        yield "b"
        yield "a"


print(eval("dir()", {}, Mapping(c=1)))

error = KeyError("message")
print(str(error), LookupError.__str__(error), KeyError.__str__(KeyError("a", "b")), str(KeyError()))

shown = property(1, 2, 3)
print(shown.getter(None).fget, shown.setter(None).fset, shown.deleter(None).fdel, shown.getter(5).fget)

separator = bytearray(b"-")
for text in (b"a-b", bytearray(b"a-b"), b"ab", bytearray(b"ab")):
    for function in (text.partition, text.rpartition):
        parts = function(separator)
        print(parts, parts[1] is separator, [type(part).__name__ for part in parts])


def function():
    pass


try:
    del function.__dict__
except TypeError as error:
    print(error)


class Object:
    pass


instance = Object()
instance.x = 1
del instance.__dict__
print(vars(instance))

print(exit, repr(quit), type(exit).__module__, exit.name, quit.eof)
for arguments in ((), (None,), (1,), ("text",)):
    try:
        quit(*arguments)
    except SystemExit as error:
        print(repr(error), error.code)
print(sys.stdin.closed)

code = (lambda x, y: x * y).__code__
print(code.co_consts, (lambda x: None).__code__.co_consts, type(code.co_consts))
for flags in (0x100, 0x800, 0x10000, 99999):
    try:
        compile("1", "<text>", "eval", flags)
    except ValueError as error:
        print(error)
print(__cached__)
exit(3)
