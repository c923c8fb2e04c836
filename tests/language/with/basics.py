# with: enter and exit calls, the value bound, return, break and exceptions inside.


class Manager:
    def __init__(self, name, suppress=False):
        self.name = name
        self.suppress = suppress

    def __enter__(self):
        print("enter", self.name)
        return self.name.upper()

    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind and kind.__name__, value, trace is not None)
        return self.suppress


with Manager("a") as value:
    print("body", value)

with Manager("no as"):
    print("body")

try:
    with Manager("b"):
        raise ValueError("inside")
except ValueError as error:
    print("propagated", error)

with Manager("c", suppress=True):
    raise ValueError("suppressed")
print("after suppression")


def returns():
    with Manager("r"):
        return "value"


print(returns())


def loops():
    for n in range(3):
        with Manager(f"loop {n}"):
            if n == 0:
                continue
            if n == 1:
                break


loops()

with Manager("x") as x, Manager("y") as y:
    print(x, y)

with (
    Manager("p") as p,
    Manager("q", suppress=True),
):
    raise KeyError("k")

try:
    with Manager("outer"), Manager("inner"):
        raise IndexError("i")
except IndexError:
    print("through both")

with Manager("t") as (first, *rest):
    print(first, rest)


class Holder:
    pass


holder = Holder()
with Manager("attribute") as holder.value:
    print(holder.value)
table = {}
with Manager("item") as table["k"]:
    print(table)
