# Methods of str that give a changed copy.

s = "  Hello, World  "
print(repr(s.strip()), repr(s.lstrip()), repr(s.rstrip()), "xxabcxx".strip("x"), "abcba".strip("ab"))
print(s.upper(), s.lower(), s.swapcase(), "hello world it's".title(), "hELLO".capitalize(), "ß".casefold(), "ß".upper())
print("a-b-c".replace("-", "+"), "a-b-c".replace("-", "", 1), "abc".replace("", "."), "aaa".replace("aa", "b"), "abc".replace("", ".", 2))
print(repr("ab".center(7)), "ab".center(7, "*"), repr("ab".ljust(5)), "ab".rjust(5, "-"), "abc".center(2))
print("42".zfill(5), "-42".zfill(5), "+1".zfill(4), "".zfill(2))
print("prefix-body".removeprefix("prefix-"), "body.py".removesuffix(".py"), "body".removeprefix("x"))
print("a\tb\tc".expandtabs(4), "ab\tc".expandtabs(), "a\tb".expandtabs(0))
print("x=1=2".partition("="), "x=1=2".rpartition("="), "abc".partition("="), "abc".rpartition("="))
print("hello".translate({ord("l"): "L", ord("h"): None, ord("o"): 48}))
table = str.maketrans("abc", "xyz", "d")
print("aabbccdd".translate(table), sorted(table.items(), key=lambda item: item[0]))
print("ab" + "cd", "ab" * 3, "ab" * 0, "ab" * -1, 2 * "xy")
print("ÀÉÎ".lower(), "straße".upper(), "ÿ".upper(), "ŉ".upper(), "İ".lower() == "i̇", "Σ".lower(), "ΑΣ".lower())
for call in (
    lambda: "a".center("b"),
    lambda: "a".center(5, "ab"),
    lambda: "a".replace("a"),
    lambda: "a".partition(""),
    lambda: "a" * 1.5,
    lambda: "a".strip(1),
    lambda: "a".zfill("2"),
):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
