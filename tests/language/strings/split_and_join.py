# split, rsplit, splitlines, join.

print("a b  c".split(), "a b  c".split(" "), "".split(), "".split(","), ",".split(","))
print("a,b,c,d".split(",", 2), "a,b,c,d".rsplit(",", 2), "a,b".split(",", 0), " a b ".split(None, 1))
print(" a b c ".rsplit(None, 1), "a--b--c".split("--"), "abc".split("x"), "aXbXc".rsplit("X"))
print("one\ntwo\r\nthree\rfour\n".splitlines(), "one\ntwo\n".splitlines(True), "".splitlines(), "\n".splitlines())
print("a\x0bb\x0cc\x1cd\u2028e\x85f".splitlines())
print("a\u00a0b\u2003c\td".split())
print(",".join(["a", "b", "c"]), "".join([]), "-".join("abc"), ", ".join(str(n) for n in range(4)), "x".join(["only"]))
print(" ".join({"k": 1, "l": 2}), "".join(("é", "a", "日")))
for call in (
    lambda: "a".split(""),
    lambda: "a".split(1),
    lambda: ",".join([1, 2]),
    lambda: ",".join(["a", None]),
    lambda: ",".join(5),
    lambda: "a".split(",", "x"),
):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
text = "the quick brown fox"
print(" ".join(reversed(text.split())), " ".join(w[::-1] for w in text.split()), "".join(sorted(text.replace(" ", ""))))
