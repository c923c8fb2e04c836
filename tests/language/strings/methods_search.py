# Searching and testing methods of str.

s = "hello world, hello moon"
print(s.find("hello"), s.find("hello", 1), s.find("x"), s.find("o", 5, 7), s.find(""), s.find("", 99))
print(s.rfind("hello"), s.rfind("o", 0, 8), s.index("w"), s.rindex("l"))
print(s.count("l"), s.count("hello"), s.count(""), s.count("l", 5), "aaaa".count("aa"))
print(s.startswith("hell"), s.startswith("world", 6), s.startswith(("x", "h")), s.startswith(()), s.startswith(""))
print(s.endswith("moon"), s.endswith(("sun", "moon")), s.endswith("hello", 0, 5))
print("world" in s, "World" in s, "" in s, "h" not in s)
for name in "isalpha isdigit isalnum isspace isupper islower istitle isidentifier isdecimal isnumeric isascii isprintable".split():
    print(name, [getattr(text, name)() for text in ("", "abc", "ABC", "Abc Def", "123", "a1", " \t\n", "é", "½", "²", "_x9", "\x00", "ǅ", "日本")])
for call in (
    lambda: s.index("zzz"),
    lambda: s.rindex("zzz"),
    lambda: s.find(1),
    lambda: s.startswith(1),
    lambda: s.startswith(["h"]),
    lambda: s.count(),
):
    try:
        call()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print("abc".find("c", -1), "abc".find("a", -1), "abc".find("", 3), "abc".find("", 4), "naïve café".find("é"))
