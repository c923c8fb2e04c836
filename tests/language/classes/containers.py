# Container methods: len, getitem, setitem, delitem, contains, iter, reversed, missing slices.


class Shelf:
    def __init__(self, *items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Shelf(*self.items[index])
        return self.items[index]

    def __setitem__(self, index, value):
        self.items[index] = value

    def __delitem__(self, index):
        del self.items[index]

    def __contains__(self, item):
        print("asked for", item)
        return item in self.items

    def __iter__(self):
        return iter(self.items)

    def __reversed__(self):
        return iter(self.items[::-1] + ["end"])

    def __repr__(self):
        return f"Shelf{tuple(self.items)}"


s = Shelf(1, 2, 3, 4)
print(len(s), s[0], s[-1], s[1:3], s[::2], bool(s), bool(Shelf()))
s[0] = "one"
s[1:3] = ["two"]
del s[-1]
s[0] += "!"
print(s, "two" in s, 5 not in s, list(s), list(reversed(s)))
first, *rest = Shelf(1, 2, 3)
print(first, rest)


class Squares:
    """Iterates through __getitem__ alone."""

    def __getitem__(self, index):
        if index >= 5:
            raise IndexError(index)
        return index * index


print(list(Squares()), 9 in Squares(), 10 in Squares(), sum(Squares()))
print([x for x in Squares() if x % 2], max(Squares()))
a, b, *c = Squares()
print(a, b, c)


class Grid:
    def __getitem__(self, key):
        return key


g = Grid()
print(g[1], g[1, 2], g[1:2], g[1:2, ::3], g[...], g[:, None], g[()])


class BadLength:
    def __len__(self):
        return -1


class TextLength:
    def __len__(self):
        return "x"


for bad in BadLength, TextLength:
    try:
        len(bad())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    s["x"]
except TypeError as error:
    print(error)
