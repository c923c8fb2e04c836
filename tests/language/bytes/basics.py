# bytes: literals, indexing, slicing, methods, conversion from and to str.

b = b"hello \x00\xff world"
print(b, len(b), b[0], b[-1], b[1:4], b[::-1], list(b"abc"), b"a" b"b", rb"\n")
print(bytes(3), bytes([1, 2, 255]), bytes(range(5)), bytes("é", "utf-8"), bytes(), bytes(b"copy"))
print("héllo".encode(), "héllo".encode("latin-1"), "日".encode("utf-8"), b"h\xc3\xa9".decode(), b"\xe9".decode("latin-1"))
print("é😀".encode("ascii", "replace"), "é".encode("ascii", "ignore"), "é😀".encode("ascii", "backslashreplace"), b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("ascii", "ignore"), "é".encode("utf-16-le"))
print(b"a,b,c".split(b","), b",".join([b"x", b"y"]), b"abc".find(b"c"), b"abc".replace(b"b", b"--"), b" x ".strip(), b"ABC".lower(), b"abc".upper())
print(b"abc".startswith(b"ab"), b"abc".endswith((b"x", b"c")), b"aXb".partition(b"X"), b"aa".count(b"a"), b"ab" * 2, b"a" + b"b", b"b" in b"abc", 98 in b"abc")
print(b"abc".hex(), bytes.fromhex("6162 63"), b"12".isdigit(), b"ab".isalpha(), b"x".center(5, b"-"), b"7".zfill(3), b"one\ntwo".splitlines())
print(b"a" < b"b", b"a" == b"a", b"a" == "a", hash(b"x") == hash(b"x"), {b"k": 1}[b"k"], bool(b""), b"it's", b'"', b"\t\n\r\\")
print(b"%d %s %r" % (5, b"x", b"y"), b"%05.1f|%x" % (2.5, 255), b"abc".index(b"b"), b"abc".rfind(b"z"))
for call in (
    lambda: b"a" + "b",
    lambda: "a" + b"b",
    lambda: b"abc"[5],
    lambda: bytes([256]),
    lambda: bytes(["a"]),
    lambda: bytes(-1),
    lambda: bytes("é"),
    lambda: b"\xff".decode(),
    lambda: "é".encode("ascii"),
    lambda: b"a".join(["x"]),
    lambda: b"abc".find("b"),
    lambda: bytes.fromhex("6g"),
    lambda: "x".encode("no-such-codec"),
    lambda: b"\xc3".decode(),
    lambda: b"ab\xe2\x28".decode(),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    b[0] = 1
except TypeError as error:
    print(error)
total = 0
for byte in b"\x01\x02\x03":
    total = total * 256 + byte
print(total, int.from_bytes(b"\x01\x02\x03", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True), (1000).to_bytes(2, "big"), (-2).to_bytes(4, "little", signed=True))
print(b"abc".translate(bytes(range(1, 256)) + b"\x00"), b"x-y".rsplit(b"-"), b"abc".removeprefix(b"a"))
