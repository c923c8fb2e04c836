# Augmented assignment: targets, in-place mutation, evaluation once.

x = 5
x += 2
x -= 1
x *= 3
print(x)
x //= 4
x **= 3
x %= 37
print(x)
x <<= 3
x |= 1
x &= 0xF9
x ^= 0b1010
x >>= 1
print(x)
y = 7
y /= 2
print(y)
a = b = [1]
a += [2]
print(b, a is b)
a = a + [3]
print(b, a is b)
t = u = (1,)
t += (2,)
print(t, u)
s = "ab"
s *= 3
s += "!"
print(s)
d = {"k": 1}
d["k"] += 10
d |= {"m": 2}
print(d)
e = {1, 2, 3}
f = e
e -= {1}
e |= {9}
e &= {2, 9}
e ^= {2, 5}
print(sorted(f), e is f)


def index():
    print("index once")
    return 0


items = [1, 2]
items[index()] += 5
print(items)


class Box:
    total = 1

    def __init__(self):
        print("made")


def make():
    print("make once")
    return Box()


make().total += 1
box = Box()
box.total += 5
print(box.total, Box.total)
frozen = ([1], 2)
try:
    frozen[0] += [2]
except TypeError as error:
    print(error)
print(frozen)
try:
    undefined += 1
except NameError as error:
    print(error)
try:
    d["none"] += 1
except KeyError as error:
    print(error)
items += "xy"
print(items)
items *= 2
print(items)
try:
    items += 5
except TypeError as error:
    print(error)
