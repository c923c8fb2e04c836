# marshal: CPython's format, to bytes and back
import io
import marshal


def attempt(function, *args):
    try:
        print(ascii(function(*args)))
    except Exception as error:
        print(type(error).__name__, error)


values = [None, True, False, ..., StopIteration, 0, 1, -5, 2**31 - 1, 2**31, -(2**31), 1 << 40, -(1 << 70), 32768**5, 1.5, float("inf"),
          -0.0, 2j, 1.5 - 2j, b"ab", "abc", "é", "x" * 300, "a\ud800", "", (), (1, 2), [1, "a"], {1: 2, "k": [3]}, {1}, frozenset([2]),
          slice(1, 2, 3), tuple(range(300)), [[[]], ({},)]]
for value in values:
    for version in range(marshal.version + 1):
        try:
            data = marshal.dumps(value, version)
        except ValueError as error:
            print(version, error)
            continue
        assert marshal.loads(data) == value and type(marshal.loads(data)) is type(value), value
    # Whether nested containers are marked depends on who else has them.
    print(data[:40] if "[[" not in repr(value) and "k" not in repr(value) else "", ascii(marshal.loads(data))[:60])
print(marshal.loads(marshal.dumps(bytearray(b"x"))), marshal.loads(marshal.dumps(memoryview(b"q"))))

# The same objects in the same places, also in themselves.
inner = ["inner"]
outer = [inner, inner, (inner,)]
outer.append(outer)
again = marshal.loads(marshal.dumps(outer))
print(again[0] is again[1] is again[2][0], again[3] is again)

for value in (object(), int, {1: object()}, [print]):
    attempt(marshal.dumps, value)
deep = []
for _ in range(3000):
    deep = [deep]
attempt(marshal.dumps, deep)
for data in (b"", b"i", b"zz", b"\xff", b"?", b"r\0\0\0\0", b"[\1\0\0\0", b"s\xff\xff\xff\xff", "", b"(\x01\0\0\0\x30", b"l\1\0\0\0\0\0",
             b"l\1\0\0\0\xff\xff", b"0", b"i\1\0\0\0extra", b"f\x031.5", b"I\1\0\0\0\1\0\0\0"):
    attempt(marshal.loads, data)

file = io.BytesIO()
marshal.dump([1, 2], file)
marshal.dump("x", file)
file.seek(0)
print(marshal.load(file), marshal.load(file))
attempt(marshal.load, file)
attempt(marshal.load, io.StringIO("text"))
