# del of names, items, slices, attributes, several at once.

a, b, c = 1, 2, 3
del a, (b, c)
for name in "abc":
    print(name in globals(), end=" ")
print()
items = list(range(10))
del items[0], items[-1]
del items[1:3]
print(items)
del items[::2]
print(items)
d = {"x": 1, "y": 2}
del d["x"]
print(d)


class C:
    attribute = 1


obj = C()
obj.own = 2
del obj.own
del C.attribute
print(hasattr(obj, "own"), hasattr(obj, "attribute"))


def function(parameter):
    local = parameter
    del parameter
    try:
        parameter
    except UnboundLocalError as error:
        print(error)
    parameter = "again"
    del local
    return parameter


print(function(1))


def closure():
    value = 1

    def inner():
        return value

    del value
    try:
        inner()
    except NameError as error:
        print(error)
    value = 2
    return inner()


print(closure())


def attempt(thunk):
    try:
        thunk()
    except Exception as error:
        print(type(error).__name__, error)


def name():
    del no_such_global_in_function


def item():
    del {}["k"]


def index():
    del [][0]


def attribute():
    del obj.nothing


def tuple_item():
    t = (1,)
    del t[0]


def text_item():
    s = "a"
    del s[0]


for f in name, item, index, attribute, tuple_item, text_item:
    attempt(f)
try:
    del never_defined
except NameError as error:
    print(error)
del (items)
print("items" in globals())
