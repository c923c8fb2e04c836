# match: literals, captures, sequences, mappings, classes, guards, or-patterns.


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def describe(value):
    match value:
        case 0 | 1:
            return "zero or one"
        case int() if value < 0:
            return "negative"
        case "hello" | "hi" as greeting:
            return "greeting " + greeting
        case None | True | False:
            return "constant"
        case []:
            return "empty sequence"
        case [x]:
            return f"one item {x}"
        case [x, *rest, "end"]:
            return f"from {x} through {rest}"
        case [Point(x=0), Point(y=y)]:
            return f"two points {y}"
        case (a, b):
            return f"pair {a} {b}"
        case {"kind": "circle", "radius": r}:
            return f"circle {r}"
        case {"kind": kind, **others}:
            return f"{kind} with {sorted(others)}"
        case Point(0, 0):
            return "origin"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point(x=x):
            return f"point at {x}"
        case str(text):
            return f"text {text}"
        case float(f):
            return f"float {f}"
        case _:
            return "something else"


for value in 0, 1, -5, "hello", None, False, [], [7], [1, 2, 3, "end"], (1, 2), [Point(0, 1), Point(2, 3)]:
    print(describe(value))
for value in {"kind": "circle", "radius": 2}, {"kind": "square", "side": 1, "a": 2}, Point(0, 0), Point(3, 3), Point(1, 2):
    print(describe(value))
for value in "other", 2.5, {1, 2}, b"ab", 7, {}, range(2):
    print(describe(value))


class Color:
    RED = "red"
    GREEN = "green"


def color(value):
    match value:
        case Color.RED:
            return 1
        case Color.GREEN:
            return 2
    return 0


print(color("red"), color("green"), color("blue"))
match = [1, [2, [3, 4]]]
match match:
    case [a, [b, [*c]]]:
        print(a, b, c)
try:
    match 5:
        case Point(1, 2, 3):
            pass
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as error:
    print(error)
