# Unpacking in assignment: nested, starred, from any iterable, errors.

a, b = 1, 2
a, b = b, a
print(a, b)
(c, d), e = (3, 4), 5
[f, [g, h]] = [6, (7, 8)]
print(c, d, e, f, g, h)
first, *rest = [1, 2, 3]
*init, last = "abc"
head, *middle, tail = range(5)
x, *empty = [1]
print(first, rest, init, last, head, middle, tail, x, empty)
p, (q, *r), *s = 1, "xyz", 2, 3
print(p, q, r, s)
a = b = c = []
a.append(1)
print(b, c, a is c)
(single,) = [9]
print(single)
k, v = {"key": 1, "other": 2}
print(k, v)
i, j, k = (n * n for n in range(3))
print(i, j, k)
[] = ()
() = []


class Box:
    pass


box = Box()
items = [0, 0, 0]
box.a, items[1], *box.rest = 10, 20, 30, 40
print(box.a, items, box.rest)
items[0], items[0:2] = 5, [6, 7, 8]
print(items)


def attempt(thunk):
    try:
        thunk()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


def few():
    a, b, c = 1, 2


def many():
    a, b = [1, 2, 3]


def many_text():
    a, b = "xyz"


def from_generator():
    a, b = (n for n in range(5))


def few_generator():
    a, b, c = (n for n in range(2))


def few_starred():
    a, b, *c = [1]


def not_iterable():
    a, b = 5


def nested():
    a, (b, c) = 1, 2


def none():
    (a,) = None


def dictionary():
    a, b = {1: 2, 3: 4, 5: 6}


for function in few, many, many_text, from_generator, few_generator, few_starred, not_iterable, nested, none, dictionary:
    attempt(function)

for a, (b, *c) in [(1, "xy"), (2, [3])]:
    print(a, b, c)
for i, (key, value) in enumerate({"a": 1, "b": 2}.items()):
    print(i, key, value)
