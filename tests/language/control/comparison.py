# Comparison chains, identity, membership, across types.


def v(n):
    print(n, end=" ")
    return n


print(v(1) < v(2) < v(3))
print(v(3) < v(2) < v(1))
print(v(1) == v(1) != v(2) <= v(2))
print(1 == 1.0, 1 == True, 0.1 + 0.2 == 0.3, 2**53 == 2.0**53, 2**53 + 1 == 2.0**53)
print(10**20 == 1e20, 10**23 == 1e23, 10**400 > 1e308, -(10**400) < -1e308)
print(1 < 1.5 < 2, 10**18 < 1e18 + 1000, float("inf") > 10**400)
nan = float("nan")
print(nan == nan, nan != nan, nan < 1, nan > 1, nan in [nan], [nan] == [nan], nan is nan)
print("a" < "b" < "ba", "Z" < "a", "" < "a", "é" > "z", "abc" == "abc")
print((1, 2) < (1, 3), (1,) < (1, 0), () < (0,), [1, [2]] == [1, [2]], [1, 2] < [2])
print({1, 2} < {1, 2, 3}, {1} <= {1}, {1, 2} > {3}, {1} == frozenset([1]))
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} != {"a": 1.0}, range(3) == range(0, 3, 1))
print(b"a" < b"b", b"a" == "a", (1, 2) == [1, 2], None == 0, "1" == 1)
for a, b in [(1, "a"), ([], ()), (None, 1), ({}, {}), ("a", b"a"), (1, None), (object, object), (range(1), range(2))]:
    try:
        print(a < b)
    except TypeError as error:
        print(error)
print(1 in [1.0], "ab" in "cabd", "" in "", 3 in range(0, 10, 3), 4 in range(0, 10, 3), "k" in {"k": 1}, 1 in {"k": 1})
try:
    1 in "a"
except TypeError as error:
    print(error)
try:
    1 in 5
except TypeError as error:
    print(error)
a = [1]
b = a
print(a is b, a is not b, [1] is a, a == [1], None is None, not None is None)
