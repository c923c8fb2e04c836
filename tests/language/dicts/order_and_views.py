# Insertion order, views, changing during iteration, set operations on views.

d = {}
for key in "zyxabc":
    d[key] = len(d)
print(list(d))
d["z"] = 100
print(list(d), d)
del d["y"]
d["y"] = "again"
print(list(d), d.popitem(), list(d))
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items)
d["new"] = 0
print(len(keys), "new" in keys, 0 in values, ("new", 0) in items, ("new", 1) in items, ("no", 1) in items)
print(sorted(keys & {"z", "a", "q"}), sorted(keys | {"q"}), sorted(keys - {"z"}), sorted(keys ^ {"z", "q"}), keys == set(d), keys >= {"z"})
print(sorted({"a": 1}.items() | {"b": 2}.items()), {"a": 1, "b": 2}.keys() == {"b": 0, "a": 0}.keys(), {"a": 1}.keys().isdisjoint({"b"}))
print(list(reversed(d.keys())), list(reversed(d.items()))[0], list(reversed(d.values()))[0])
for action in (lambda: d.update(extra=1), lambda: d.pop("z")):
    try:
        for key in d:
            action()
    except RuntimeError as error:
        print(error)
for key in list(d):
    if key in "abx":
        del d[key]
print(d)
try:
    for value in d.values():
        d.clear()
except RuntimeError as error:
    print(error)
print(d)
big = {n: n * n for n in range(1000)}
for n in range(0, 1000, 2):
    del big[n]
for n in range(0, 1000, 4):
    big[n] = -n
print(len(big), list(big)[:3], list(big)[-3:], sum(big), sum(big.values()))
print(next(iter(big)), [k for k in big if k % 250 == 1], big.get(4), big.get(2))
for _ in range(500):
    big.popitem()
print(len(big), list(big.items())[-1])
a = {"x": 1}
b = a
b |= {"y": 2}
print(a is b, a, a | {"x": 0}, a)
e = {"one": 1, "two": 2}
e["one"], e["two"] = e["two"], e["one"]
print(e, [*e], {*e} == {"one", "two"}, [(k, v) for k, v in e.items()], *e.items())
print({}.keys(), {}.values(), {}.items(), repr({1: 2}.items()), type({}.keys()).__name__)
f = dict.fromkeys(range(5), "v")
it = iter(f)
print(next(it), next(it), list(it), list(it))
