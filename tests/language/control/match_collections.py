# What sequence and mapping patterns take: classes say so, builtin, native, registered or derived from an ABC.
import array
import collections
import collections.abc
import types


def kind(subject):
    match subject:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
    return "neither"


class Numbers(collections.abc.Sequence):
    def __getitem__(self, i):
        return i

    def __len__(self):
        return 42


class Plain:
    pass


class Below(Plain):
    pass


class Table(collections.UserDict):
    pass


subjects = [
    [], (), range(2), collections.deque(), array.array("b"), memoryview(b""), Numbers(), collections.UserList(),
    {}, collections.OrderedDict(), types.MappingProxyType({}), collections.ChainMap(), Table(), collections.Counter(),
    "", b"", bytearray(), set(), iter([]), None, 1, Plain(), Below(), collections.UserString(""),
]
for subject in subjects:
    print(type(subject).__name__, kind(subject))

# Registering a class says it of those that are derived from it already.
collections.abc.Mapping.register(Plain)
print(kind(Plain()), kind(Below()))

match Numbers():
    case [first, second, *_, last]:
        print(first, second, last)
match array.array("b", b"abc"):
    case (x, y, z):
        print(x, y, z)
match Table({1: 2, 3: 4}):
    case {1: value, **rest}:
        print(value, rest)


class Twice:
    __match_args__ = ("a", "a")
    a = None


try:
    match Twice():
        case Twice(x, y):
            pass
except TypeError as error:
    print(error)


# The first base that says what it is decides.
class Between:
    pass


class First(Between, collections.UserDict, collections.abc.Sequence):
    pass


class Second(collections.UserList, Between, dict):
    pass


print(kind(First()), kind(Second()))
