# Sorting asks `<` exactly as often as CPython does, whatever the order of the items.


class Counted:
    asked = 0

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        Counted.asked += 1
        return self.value < other.value


seed = 12345


def random(modulus):
    global seed
    seed = (seed * 1103515245 + 12345) % 2147483648
    return (seed >> 8) % modulus


def check(values, reverse=False):
    Counted.asked = 0
    ordered = [item.value for item in sorted(map(Counted, values), reverse=reverse)]
    print(len(values), Counted.asked, ordered == sorted(values, reverse=reverse))


for size in (0, 1, 2, 10, 63, 64, 65, 100, 500, 1000, 3000):
    for modulus in (3, 50, 1 << 20):
        check([random(modulus) for _ in range(size)])

for values in (
    list(range(1000)),
    list(range(1000, 0, -1)),
    list(range(500)) * 2,
    [1] * 300 + [0] * 300,
    [5, 5, 4, 4, 3, 3] * 50,
):
    check(values)
    check(values, reverse=True)

nan = float("nan")
print(sorted([3.0, nan, 1.0, 2.0, nan, 0.5]))
