# _operator: operators as functions
import _operator
import operator
import pickle


def attempt(function, *args, **keywords):
    try:
        print(repr(function(*args, **keywords)))
    except Exception as error:
        print(type(error).__name__, error)


names = [name for name in dir(_operator) if not name.startswith("_") and name not in ("attrgetter", "itemgetter", "methodcaller")]
print([name for name in names if getattr(operator, name) is not getattr(_operator, name)])
binary = "add sub mul truediv floordiv mod pow lshift rshift and_ or_ xor eq ne lt le gt ge is_ is_not".split()
for name in binary:
    attempt(getattr(operator, name), 7, 3)
    attempt(getattr(operator, name), [1], {})
for name in "iadd isub imul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor".split():
    attempt(getattr(operator, name), 7, 3)
target = [1]
print(operator.iadd(target, [2]) is target, operator.iconcat(target, (3,)) is target, target)
for name in "not_ truth neg pos inv invert abs index is_none is_not_none".split():
    for value in (-5, 0, None, 1.5):
        attempt(getattr(operator, name), value)
for args in (([1], [2]), ("a", "b"), (1, 2), ([1], 2)):
    attempt(operator.concat, *args)
for function in (operator.contains, operator.countOf, operator.indexOf):
    for args in (([1, 2, 1], 1), ("abc", "b"), (iter([1, 2]), 3), (5, 1)):
        attempt(function, *args)
items = {1: 2}
operator.setitem(items, 3, 4)
operator.delitem(items, 1)
print(items, operator.getitem(items, 3), operator.call(max, 1, 5, key=lambda n: -n), operator.length_hint([1, 2]))
digest = _operator._compare_digest
for args in (("abc", "abc"), ("abc", "abd"), ("abc", "ab"), (b"a", bytearray(b"a")), ("a", b"a"), ("é", "é"), (1, 1)):
    attempt(digest, *args)
print(operator.index(True), operator.add, pickle.loads(pickle.dumps(operator.add)) is operator.add, operator.add.__module__)
attempt(operator.add, 1)
attempt(operator.add, 1, b=2)
