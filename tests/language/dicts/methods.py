# Every dict method, with its errors.

d = {"a": 1, "b": 2}
print(d["a"], d.get("a"), d.get("z"), d.get("z", 0), "a" in d, "z" not in d, len(d))
d["c"] = 3
d["a"] = 10
print(d, d.setdefault("a", 5), d.setdefault("d", []), d)
d["d"].append(1)
d.update({"a": 0, "e": 5})
d.update([("f", 6), ("g", 7)], h=8)
d.update(i=9)
print(d)
print(d.pop("a"), d.pop("zz", "none"), d.popitem(), d)
del d["b"]
print(list(d), list(d.keys()), list(d.values()), list(d.items()), list(reversed(d)))
c = d.copy()
c.clear()
print(c, bool(c), bool(d), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0))
print(dict(), dict(a=1), dict([(1, 2)]), dict({"x": 1}, y=2), dict(zip("ab", [1, 2])), {**{"a": 1}, "b": 2})
print({"a": 1} | {"b": 2, "a": 3}, {1: "x"} == {1.0: "x"}, {"a": 1} != {}, {1: 2, 3: 4} == {3: 4, 1: 2})
print({1: "int", 1.0: "float", True: "bool"}, {"k": {"nested": [1, {2}]}}, {(): 0, None: 1})
for call in (
    lambda: d["missing"],
    lambda: d.pop("missing"),
    lambda: {}.popitem(),
    lambda: d[[]],
    lambda: {[]: 1},
    lambda: d.update(5),
    lambda: d.update([1]),
    lambda: d.update([(1, 2, 3)]),
    lambda: dict(5),
    lambda: dict([1, 2]),
    lambda: {} | [],
    lambda: {} < {},
    lambda: d.get(),
    lambda: d.get([]),
    lambda: {1: 2}["1"],
    lambda: {"x": 1}[(1, 2)],
    lambda: d.__delitem__("q"),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
me = {}
me["self"] = me
print(me, {"a": [me]} != {})
e = {}
for word in "the cat the dog the end".split():
    e[word] = e.get(word, 0) + 1
print(e, sorted(e, key=e.get, reverse=True), max(e, key=lambda k: e[k]), min(e.values()), sum(e.values()))
print({v: k for k, v in {"x": 1, "y": 2}.items()}, {k: v for k, v in e.items() if v > 1}, dict(sorted(e.items())))
