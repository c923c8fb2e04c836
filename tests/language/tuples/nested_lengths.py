# Tuples of several lengths put into each other: what they hold has no end.


def show(*values):
    print(len(values), values)


def pair(first, rest=()):
    match first, rest:
        case 0, other:
            return other
        case other, 0:
            show(first, other)
        case None, *_:
            show()
    return first, rest[:5]


def grow(n):
    value = ()
    for i in range(n):
        value = (value, i) if i % 3 == 1 else (value,) if i % 3 else (value, value, i)
        value = value, *value
    return value


show(pair(1, [()]), pair(0, (1, 2)), pair((1, 2), 0 or (3,)))
show(pair(pair(3, [()])[::-1], pair(4, (pair, 5)[1:])))


def depth(value):
    return 1 + max(map(depth, value), default=0) if isinstance(value, tuple) else 0


print(depth(grow(6)), len(repr(grow(5))))
