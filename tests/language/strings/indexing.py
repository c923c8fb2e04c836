# Indexing, slicing, iteration, comparison, repr and escapes.

s = "hello, wörld 日本"
print(s[0], s[-1], s[4:6], s[::-1], s[::2], s[-3:], s[:-3], s[5:2], s[100:], s[-100:3], len(s))
print([c for c in "añ日😀"], len("😀"), "😀x"[1], "a😀b"[::-1])
for index in 50, -50, "a", 1.0, None:
    try:
        s[index]
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
try:
    s[0] = "x"
except TypeError as error:
    print(error)
try:
    s[::0]
except ValueError as error:
    print(error)
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("tab\tnew\nline\\ \x00\x7f\x1b"))
print(repr("é日😀\u200b\xa0\ud800"), ascii("é日😀"), ascii("plain"))
print("\x41\u0042\U00000043\103\N{BULLET}", r"raw\n", "con" "cat", """triple
quoted""", "line \
continued")
print(ord("a"), ord("日"), chr(97), chr(128512), chr(0) == "\0")
print(min("hello"), max("hello"), sorted("hello"), list("abc"), tuple("ab"), set("aab") == {"a", "b"})
print("a" < "b", "a" < "A", "abc" < "abd", "" < "a", "日" > "z", "a" == "a", max(["b", "a", "c"]))
print("abc" * 2 + "d", "a" in "abc", [*"xyz"], dict(enumerate("ab")))
print(str(5), str(1.5), str(None), str([1, "a"]), str("s"), str(), str(b"x"), str(b"abc", "utf-8"))
a = "ab"
b = a
a += "c"
print(a, b, a[0:2] == b, hash("ab") == hash(b))
long = "x" * 1000 + "é"
print(len(long), long[999:], long.find("é"), len(long.encode()))
