# Every list method, with its errors.

a = [3, 1, 2]
a.append(4)
a.extend([5, 6])
a.extend("xy")
a.extend(n for n in range(2))
print(a)
a.insert(0, "first")
a.insert(-1, "before last")
a.insert(100, "end")
a.insert(-100, "start")
print(a)
print(a.pop(), a.pop(0), a.pop(-2), a)
a.remove("x")
print(a, a.index(1), a.index(1, 3), a.count(1), a.count("none"))
b = a.copy()
b.clear()
print(b, len(a))
c = [3, 1, 2]
c.reverse()
print(c, c.sort(), c, [1, 2] + [3], [1, 2] * 2, 2 * [0], [1] * 0, [1] * -1)
print([1, 2, 3] == [1, 2, 3], [1] != [1.0], [] < [1], 2 in [1, 2], 5 not in [1], bool([]), [[]] == [[]])
print(list("abc"), list((1, 2)), list({"k": 1}), list(range(3)), list(), list({5}))
for call in (
    lambda: [].pop(),
    lambda: [1].pop(5),
    lambda: [1].pop("a"),
    lambda: [1].remove(2),
    lambda: [1].index(2),
    lambda: [1, 2].index(1, 1),
    lambda: [1].insert("a", 1),
    lambda: [1].extend(5),
    lambda: [1] + (2,),
    lambda: [1] + None,
    lambda: [1] * 2.0,
    lambda: [1] * [2],
    lambda: list(5),
    lambda: [1][5],
    lambda: a["a"],
    lambda: [1, "a"].sort(),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
shared = [[0] * 2] * 2
shared[0][0] = 1
print(shared, [[0] * 2 for _ in range(2)])
nested = [1, [2, [3, 4]]]
print(nested[1][1][0], nested)
me = [1]
me.append(me)
print(me, me[1][1][0], repr(me))
print([None, True, 1.5, "s", b"b", (1,), {2}, {3: 4}, [], ...])
