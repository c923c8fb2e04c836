"""OrderedDict: both ends, order in comparisons, views, iterators that notice changes, subclasses, copies."""

import copy
import pickle
import weakref
from collections import OrderedDict


def attempt(function, *args, **named):
    try:
        print(function(*args, **named))
    except Exception as error:
        print(type(error).__name__, error)


def letters(text="abcde"):
    return OrderedDict((letter, ord(letter)) for letter in text)


table = letters()
print(table, OrderedDict(), len(table), list(table), list(reversed(table)))
for key, last in (("c", True), ("c", True), ("a", False), ("e", False), ("c", False), ("d", True)):
    table.move_to_end(key, last)
    print(list(table), list(reversed(table)))
attempt(table.move_to_end, "missing")
attempt(table.move_to_end, [])
table.move_to_end("a")
table.move_to_end(last=False, key="b")
print(table.popitem(), table.popitem(False), table.popitem(last=True), table)
table["new"] = 1
table["c"] = 2
print(table, table.pop("new"), table.pop("new", "no"), table.pop(default=3, key="x"))
attempt(table.pop, "new")
print(table.setdefault("s"), table.setdefault("s", 3), table.setdefault(key="t", default=4), table)
table.clear()
attempt(table.popitem)
attempt(table.popitem, last=False)
attempt(OrderedDict, 1)
attempt(OrderedDict, 1, 2)
attempt(OrderedDict, [1])
attempt(OrderedDict, [(1,)])
attempt(OrderedDict, [(1, 2, 3)])
attempt(OrderedDict, [()])
attempt(OrderedDict, [("a", 1)], b=2, c=3)
attempt(OrderedDict.fromkeys, "abc", 0)
attempt(lambda: letters("ab").update({"z": 1}, y=2))

one, other = letters("abc"), letters("cba")
print(one == other, one != other, one == dict(other), dict(one) == other, one == letters("abc"), one == 3)
print(one | {"z": 1}, {"z": 1} | one, type({} | one).__name__)
one |= [("q", 9)]
print(one)
attempt(lambda: one | [("q", 9)])

for view in (one.keys(), one.values(), one.items()):
    print(view, type(view).__name__, list(reversed(view)), len(view), isinstance(view, type(getattr({}, type(view).__name__[6:])())))
print("a" in one.keys(), ("a", 97) in one.items(), one.keys() & {"a", "z"}, one.keys() == {"a", "b", "c", "q"})
print(type(iter(one)).__name__, type(iter(one.items())).__name__, one.keys().mapping)


def change(how):
    table = letters("abc")
    for key in table:
        how(table, key)
    return "unnoticed", table


attempt(change, lambda table, key: table.move_to_end(key))
attempt(change, lambda table, key: table.pop(key))
attempt(change, lambda table, key: table.__setitem__(key + key, 1))
attempt(change, lambda table, key: table.__setitem__(key, 1))
attempt(change, lambda table, key: table.clear())

iterator = iter(letters("abc").items())
next(iterator)
print(list(pickle.loads(pickle.dumps(iterator))), list(iterator), next(iterator, "end"))


class Logged(OrderedDict):
    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)

    def __delitem__(self, key):
        print("del", key)
        super().__delitem__(key)

    def __missing__(self, key):
        return f"no {key}"


logged = Logged({"a": 1}, b=2)
logged.update(c=3)
logged.note = "kept"
print(logged, logged["zz"], logged.setdefault("d", 4), logged.pop("a"), logged.popitem(), logged.popitem(False))
print(logged.copy(), type(logged.copy()).__name__, vars(logged))
for clone in (copy.copy(logged), copy.deepcopy(logged), pickle.loads(pickle.dumps(logged))):
    print(clone, clone == logged, clone.note, type(clone).__name__)
print(logged.__reduce__()[:4])
recursive = OrderedDict()
recursive["self"] = recursive
print(recursive)
plain = letters("ab")
plain.attribute = 1
print(vars(plain), weakref.ref(plain)() is plain, plain.copy(), hasattr(plain.copy(), "attribute"))
del plain["a"]
plain["a"] = 0
print(plain, [*plain.items()], {**plain}, sorted(plain))
attempt(hash, plain)
match plain:
    case {"a": 0, **rest}:
        print("matched", rest)

least = OrderedDict()
for n in range(2000):
    least[n % 37] = n
    least.move_to_end(n % 37)
    if len(least) > 20:
        least.popitem(last=False)
print(list(least), list(least.values())[-1])
