# range loops with unusual bounds and steps, indices computed from them, loop variables reused.


def collect(*bounds):
    out = []
    for i in range(*bounds):
        out.append(i)
    return out


print(collect(3), collect(2, 5), collect(5, 2), collect(5, 2, -1), collect(0, 10, 4), collect(10, 0, -4), collect(-3, 3, 2), collect(0), collect(True))
print(collect(2**62 - 2, 2**62 + 2), collect(-(2**62) + 1, -(2**62) - 3, -1), collect(2**61 - 1, 2**61 + 2), collect(2**70, 2**70 + 2), collect(2**63 - 1, 2**63 + 1))
print(collect(0, 2**62, 2**60), collect(0, -(2**63), -(2**61)), collect(2**100, 0), collect(0, 5, 2**80))


def last(n):
    i = "unset"
    for i in range(n):
        pass
    return i


print(last(0), last(1), last(10))


def reuse(n):
    total = 0
    for i in range(n):
        i = i * 2
        total += i
        for i in range(2):
            total += i
    return total, i


print(reuse(5))


def indices(items):
    n = len(items)
    return [(items[i], items[n - 1 - i], items[i - 1], items[i // 2]) for i in range(n)]


print(indices([1, 2, 3, 4]), indices("ab"))


def out_of_bounds(items, n):
    total = 0
    try:
        for i in range(n):
            total += items[i + 1]
    except IndexError:
        return "out at", i, total
    return total


print(out_of_bounds([1, 2, 3], 2), out_of_bounds([1, 2, 3], 5))


def triangular(n):
    return [[i * j for j in range(i)] for i in range(n)]


print(triangular(5), sum(i * j for i in range(50) for j in range(i, 50)))


def changing_bound(n):
    seen = []
    for i in range(n):
        n = 0
        seen.append((i, n))
    return seen


print(changing_bound(3))


def while_loop(low, high, step):
    out = []
    while low < high:
        out.append(low)
        low += step
    return out


print(while_loop(0, 5, 2), while_loop(0.0, 1.0, 0.25), while_loop(2**62 - 1, 2**62 + 1, 1), while_loop(5, 0, 1))


def reversed_ranges(n):
    return [i for i in reversed(range(n))], [i for i in range(n)[::-1]], [i for i in reversed(range(1, n, 2))]


print(reversed_ranges(5))


def enumerated(items):
    return [(i, x) for i, x in enumerate(items, 2**62 - 1)], sum(i * x for i, x in enumerate(items))


print(enumerated([5, 6]))


def zipped(a, b):
    return [x * y for x, y in zip(a, b)], [x for x, in zip(a)]


print(zipped(range(4), [2, 2.5, "a"]))
r = range(5)
print([sum(r[i:]) for i in range(6)], [i in r for i in (-1, 0, 4, 5, 2.0, "a")])
