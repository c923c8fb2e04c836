# Calls of attributes that are methods, or anything else that can be called; what they are called on lives just long enough.


class Thing:
    made = 0

    def __init__(self, name):
        Thing.made += 1
        self.name = name
        self.action = lambda *args: ("action", args)

    def method(self, *args, **kwargs):
        return self.name, args, kwargs

    def __del__(self):
        print("gone", self.name)


def on_temporaries(n):
    out = []
    for i in range(n):
        out.append(Thing(i).method(i, key=i))
        out.append(Thing(-i).action(i))
    return out


for item in on_temporaries(2):
    print(item)


def once():
    print(Thing("a").method(1))
    print(Thing("b").action(2, 3))
    thing = Thing("c")
    print(thing.method(), thing.action())
    thing.method = lambda: "own"
    print(thing.method())
    print((1.5).is_integer(), (2.0).is_integer(), "text".upper(), (255).bit_length())
    try:
        Thing("d").nothing()
    except AttributeError as error:
        print(error)
    try:
        Thing("e").method(*5)
    except TypeError as error:
        print(error)


once()


def floats(x):
    results = []
    while x < 1e306:
        results.append((x * 1e300).is_integer())
        x *= 1e152
    return results


print(floats(1.5))
