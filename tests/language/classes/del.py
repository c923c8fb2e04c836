# Objects die promptly: __del__ runs when the last reference goes.


class Noisy:
    def __init__(self, name):
        self.name = name
        print("made", name)

    def __del__(self):
        print("gone", self.name)


a = Noisy("a")
b = a
del a
print("still there")
del b
print("after")

x = Noisy("first")
x = Noisy("second")
x = None
print("replaced")


def scope():
    local = Noisy("local")
    print("in function")


scope()
print("returned")

items = [Noisy("one"), Noisy("two")]
items.pop(0)
print("popped")
items.clear()
print("cleared")
d = {"k": Noisy("value")}
d["k"] = 1
print("overwritten")
Noisy("temporary")
print("after temporary")


def give():
    return Noisy("given")


kept = give()
print("kept", kept.name)
kept = 0


class Holder:
    pass


h = Holder()
h.inner = Noisy("attribute")
del h.inner
h.inner = Noisy("attribute 2")
h = None
print("holder dropped")
for n in range(2):
    loop = Noisy(f"loop {n}")
del loop
try:
    t = Noisy("in try")
    raise ValueError
except ValueError:
    t = None
print("end")
