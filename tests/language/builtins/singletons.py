# None, Ellipsis and NotImplemented: their types make them, and what methods they have
import copy
import pickle

for value in (None, ..., NotImplemented):
    kind = type(value)
    print(kind, kind() is value, kind.__new__(kind) is value, repr(value), kind.__doc__)
    for call in (lambda: kind(1), lambda: kind(a=1), lambda: kind.__new__(int), lambda: type("Derived", (kind,), {})):
        try:
            print(call())
        except TypeError as error:
            print(error)
    print(sorted(name for name in vars(kind) if name not in ("__doc__", "__new__")))
    print(copy.deepcopy(value) is value, [pickle.loads(pickle.dumps(value, p)) is value for p in range(6)])
print(None.__eq__(None), None.__ne__(None), None.__eq__(0), None.__lt__(1), None.__bool__(), hash(None) == None.__hash__())
print(Ellipsis.__reduce__(), NotImplemented.__reduce__())
try:
    NotImplemented.__bool__()
except TypeError as error:
    print(error)
