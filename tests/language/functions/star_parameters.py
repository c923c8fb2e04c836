# *args and **kwargs in definitions: what they collect, their types and order.


def collect(*args, **kwargs):
    return args, kwargs


print(collect())
print(collect(1, 2, 3))
print(collect(a=1, b=2))
print(collect(1, *[2, 3], x=4, **{"y": 5}))
print(type(collect(1)[0]).__name__, type(collect()[1]).__name__)


def first_rest(first, *rest, flag=False, **options):
    return first, rest, flag, options


print(first_rest(1))
print(first_rest(1, 2, 3, flag=True, z=1, y=2))
print(first_rest(first=1, flag=0))


def positional_and_same_name(a, /, **kwargs):
    return a, kwargs


print(positional_and_same_name(1, a=2))


def change(**kwargs):
    kwargs["new"] = 1
    return kwargs


original = {"old": 0}
print(change(**original), original)

items = [1, 2]


def keep(*args):
    return args


kept = keep(*items)
items.append(3)
print(kept, items)
