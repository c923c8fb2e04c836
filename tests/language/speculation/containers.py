# Hot loops over lists, dicts and strings that change kind, size and content meanwhile.


def fill(n, value):
    items = []
    for i in range(n):
        items.append(value(i))
    return items


print(sum(fill(100, lambda i: i)), fill(5, float), fill(6, lambda i: i if i % 2 else str(i)), fill(3, lambda i: [i] * i))


def replace(items, n):
    for i in range(n):
        items[i % len(items)] = items[i % len(items)] * 2
    return items


print(replace([1, 2, 3], 9), replace([1.5, 2], 4), replace(["a", [1], (0,)], 6), replace([2**60, -(2**60)], 8))


def grow_and_shrink(n):
    items = list(range(5))
    total = 0
    i = 0
    while i < len(items):
        if items[i] % 3 == 0 and len(items) < n:
            items.append(items[i] + 4)
        if items[i] % 5 == 0:
            items.pop()
        total += i
        i += 1
    return items, total


print(grow_and_shrink(12))


def negative_indices(items):
    return [items[-i] for i in range(1, len(items) + 1)], items[-1], items[len(items) - 1]


print(negative_indices([1, 2, 3]), negative_indices("abc"))
for f in (lambda: [1][1], lambda: [1][-2], lambda: [][0], lambda: [1, 2][2**62], lambda: "a"[5]):
    try:
        f()
    except IndexError as error:
        print(error)


def two_dimensional(n):
    grid = [[0] * n for _ in range(n)]
    for y in range(n):
        for x in range(n):
            grid[y][x] = x * y if x != y else float(x)
    return grid


print(two_dimensional(4))


def count(items):
    counts = {}
    for item in items:
        if item in counts:
            counts[item] += 1
        else:
            counts[item] = 1
    return counts


print(count("abracadabra"), count([1, 1.0, True, 2]), count([(1, 2), (1, 2)]), count([None, None, ""]))


def dict_of_lists(n):
    table = {}
    for i in range(n):
        table.setdefault(i % 4, []).append(i)
    for key in list(table):
        if key % 2:
            del table[key]
    return table


print(dict_of_lists(12))


def build(n):
    text = ""
    for i in range(n):
        text += chr(97 + i % 26)
        if i == 30:
            text += "é"
        if i == 40:
            text += "日"
        if i == 50:
            text += "😀"
    return text


print(build(10), build(35)[28:], len(build(60)), build(60)[-12:], build(55)[::-7])


def scan(text):
    digits = letters = others = 0
    for c in text:
        if "0" <= c <= "9":
            digits += 1
        elif c.isalpha():
            letters += 1
        else:
            others += 1
    return digits, letters, others


print(scan("abc 123 é 日本 😀 ٣"), scan(""))


def slices(items, n):
    parts = []
    while items:
        parts.append(items[:n])
        items = items[n:]
    return parts


print(slices([1, 2, 3, 4, 5], 2), slices("abcdef", 4), slices((1, 2, 3), 1))


def tuples(n):
    best = (0, 0)
    for i in range(n):
        candidate = (i * 7 % 11, i)
        if candidate > best:
            best = candidate
    return best


print(tuples(30), min((i * 5 % 7, i) for i in range(7)))


def membership(items, n):
    return [i for i in range(n) if i in items]


print(membership([1, 3, 5.0], 7), membership({2, 4}, 7), membership((0, True), 3), membership({1: 0}, 3), membership(range(0, 10, 4), 10), membership("", 0))


def unpack(rows):
    total = 0
    for name, (low, high), *rest in rows:
        total += high - low + len(name) + len(rest)
    return total


print(unpack([("a", (1, 5)), ("bb", [2, 3], 1, 2)]))
try:
    unpack([("a", (1, 2, 3))])
except ValueError as error:
    print(error)


def mutate_while_iterating(items):
    out = []
    for item in items:
        out.append(item)
        if item == 2 and len(items) < 8:
            items.insert(0, "x")
        if item == 4:
            items.clear()
    return out, items


print(mutate_while_iterating([1, 2, 3, 4, 5]))
