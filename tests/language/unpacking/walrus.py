# Assignment expressions in conditions, calls, comprehension, nested scopes.

if (n := len("hello")) > 3:
    print("long", n)
items = [5, 3, 0, 7]
while x := items.pop(0):
    print(x, end=" ")
print(items)
print((a := 1) + (b := 2), a, b)
print([y := f(3) for f in (abs, float)], y)
values = [1, 4, 9]
print(any((found := v) > 3 for v in values), found)
print([square for v in values if (square := v * v) > 10])


def function(data):
    if not (count := len(data)):
        return "empty"
    return f"{count} items, first {(first := data[0])}, {first}"


print(function([]), function([8, 9]))


def outer():
    total = 0

    def add(n):
        nonlocal total
        return (total := total + n)

    return add(1), add(2), total


print(outer())
print(max(m := 3, 2), m, f"{(z := 5)} {z}")
d = {(k := "key"): (v := 1)}
print(d, k, v)
make = lambda: (w := 1)
print(make(), "w" in globals())
print((c := 5, c + 1), c)
