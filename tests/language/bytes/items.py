# What views read and write, item by item.
import array
import struct


def attempt(label, action):
    try:
        print(label, action())
    except Exception as error:
        print(label, type(error).__name__, error)


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Float:
    def __float__(self):
        return 2.5


VALUES = [0, 1, -1, 127, 128, 255, 256, -128, -129, 32767, 65535, 65536, 2**31 - 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63,
          2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 2**200, True, None, 1.5, 70000.0, 1e300, float("inf"), "a", b"", b"a",
          b"ab", bytearray(b"a"), Index(5), Index(2**70), Index(TypeError("mine")), Index(ValueError("mine")),
          Index(KeyError("mine")), Float(), []]
for format in "bcBhHiIlLqQnNfde?P":
    print("format", format)
    view = memoryview(bytearray(8)).cast(format)
    for value in VALUES:
        name = ascii(value) if not hasattr(value, "__dict__") else type(value).__name__

        def store():
            view[0] = value
            return repr(view[0]), view.tobytes().hex()

        attempt(name, store)

halves = memoryview(struct.pack("eeee", 0.0, -1.5, 65504, float("inf"))).cast("e")
print(halves.tolist(), list(halves), halves[2])
print(memoryview(b"\0\2\0").cast("?").tolist(), memoryview(b"\0\2\0").cast("?") == memoryview(b"\0\4\0").cast("?"))
nan = memoryview(struct.pack("d", float("nan"))).cast("d")
print(nan == nan, nan[:0] == nan[:0], memoryview(struct.pack("d", -0.0)).cast("d") == memoryview(bytes(8)).cast("d"))
print(memoryview(b"abc").cast("c").tolist(), memoryview(b"abc").cast("c") == memoryview(b"abc"))
print(memoryview(b"\xff").cast("b") == memoryview(b"\xff"), memoryview(b"a").cast("b") == b"a")
chars = memoryview(array.array("w", "abc"))
print(chars.format, chars.itemsize, chars.shape, chars == chars, bytes(chars)[:4], chars[1:].tobytes()[:4])
attempt("tolist", chars.tolist)
attempt("item", lambda: chars[0])
attempt("store", lambda: chars.__setitem__(0, "a"))
attempt("iterate", lambda: list(chars))
attempt("bytes", lambda: chars.cast("B").tolist()[:5])
attempt("cast", lambda: chars.cast("i"))

# Items that are wider than their format.
first = array.array("I", [1, 2, 300]).__buffer__(0)
print(first.format, first.itemsize, first.shape, first.strides, first.tolist(), first[2], len(first.tobytes()))
first[0] = 255
print(first == b"\xff\2\x2c", first == memoryview(array.array("I", [255, 2, 300])), first.cast("b").shape)

# Assignments to slices.
data = bytearray(b"abcdefgh")
view = memoryview(data)
view[:] = view[::-1]
print(data)
view[:4] = view[4:]
view[4:] = b"wxyz"
view[::2] = view[4:]
print(data)
view[1:3] = array.array("B", [1, 2])
view[2:2] = b""
print(data)
for key, value in ((slice(2), b"abc"), (slice(2), b"a"), (slice(2), "ab"), (slice(2), 1), (slice(2), [1, 2]),
                   (slice(2), array.array("h", [1])), (slice(2), array.array("b", [1, 2])), (slice(2), None),
                   (slice(0, 2, 0), b"ab"), (slice("a"), b"ab"), (slice(4), memoryview(b"abcd").cast("B", (2, 2))),
                   (slice(2), memoryview(b"ab").cast("c")), (slice(1), memoryview(b"a").cast("B", ()))):
    attempt((key, type(value).__name__), lambda: view.__setitem__(key, value))
shorts = memoryview(array.array("h", range(6)))
shorts[1:4] = memoryview(array.array("h", range(10, 16)))[::2]
print(shorts.tolist())
shorts[::-2] = array.array("h", [7, 8, 9])
print(shorts.tolist())
attempt("bytes", lambda: shorts.__setitem__(slice(1), b"ab"))
attempt("@", lambda: memoryview(bytearray(4)).cast("@h").__setitem__(slice(2), array.array("h", [1, 2])))
fixed = memoryview(b"abc")
for key in (0, 5, slice(1), "a", ...):
    attempt(key, lambda: fixed.__setitem__(key, 1))
    attempt(key, lambda: fixed.__delitem__(key))
    attempt(key, lambda: view.__delitem__(key))

# Looking for items.
view = memoryview(b"abcabc")
print(view.count(97), view.count(0), view.count("a"), view.index(98), view.index(98, 2), view.index(97, -3), 99 in view)
for arguments in ((120,), (97, 1, 3), (97, 4, 2), (97, 10), (97, -100, 1), (97, None), (97, "a"), (97, 0, 2**100), ()):
    attempt(arguments, lambda: view.index(*arguments))
print(list(view), list(reversed(view)), [*view[::-2]], type(iter(view)).__name__)
walk = iter(view)
next(walk)
view.release()
attempt("next", lambda: next(walk))
attempt("iter", lambda: iter(view))

# Hashes.
print(hash(memoryview(b"abc")) == hash(b"abc"), hash(memoryview(b"abcdef")[::2]) == hash(b"ace"))
print(hash(memoryview(b"abc").cast("b")) == hash(memoryview(b"abc").cast("c")) == hash(b"abc"))
attempt("writable", lambda: hash(memoryview(bytearray(1))))
attempt("readonly", lambda: hash(memoryview(bytearray(1)).toreadonly()))
for format in "hi?P":
    attempt(format, lambda: hash(memoryview(bytes(8)).cast(format)))
view = memoryview(b"abc")
kept = hash(view)
view.release()
print(hash(view) == kept)
view = memoryview(b"abc")
view.release()
attempt("released", lambda: hash(view))

# Everything is refused once the view is released, and while somebody else has it.
view = memoryview(bytearray(b"abcd"))
inner = view.__buffer__(0)
attempt("exported", view.release)
more = memoryview(inner), view.__buffer__(284)
attempt("exported", view.release)
more[1].release()
inner.release()
attempt("exported", view.release)
more[0].release()
print(view.release(), view.release(), repr(view).startswith("<released memory at 0x"), repr(inner)[:9])
for name in ("tobytes", "tolist", "hex", "toreadonly", "__len__", "__enter__", "__iter__"):
    attempt(name, getattr(view, name))
for name in ("obj", "nbytes", "readonly", "itemsize", "format", "ndim", "shape", "strides", "suboffsets", "contiguous",
             "c_contiguous", "f_contiguous"):
    attempt(name, lambda: getattr(view, name))
for action in (lambda: view[0], lambda: view[0:1], lambda: view.__setitem__(0, 1), lambda: view.cast("b"),
               lambda: view.index(1), lambda: view.count(1), lambda: bytes(view), lambda: memoryview(view),
               lambda: view.__buffer__(0), lambda: b"".join([view]), lambda: view.__delitem__(0), lambda: 1 in view,
               lambda: bytearray(view), lambda: b"a" + view, lambda: int.from_bytes(view), lambda: str(view, "ascii")):
    attempt("released", action)
print(view == view, view == b"abcd", view != memoryview(b"abcd"), memoryview(b"abcd") == view)


# Conversions that release the view.
def releasing(make, use):
    view = make()

    class Releases:
        def __index__(self):
            view.release()
            return 1

        def __float__(self):
            view.release()
            return 1.0

        def __bool__(self):
            view.release()
            return True

        def __buffer__(self, flags):
            view.release()
            return memoryview(b"wxyz")

    attempt("releasing", lambda: use(view, Releases()))


for format in "bBhHiIlLqQnNfd?":
    releasing(lambda: memoryview(bytearray(16)).cast(format), lambda view, value: view.__setitem__(0, value))
releasing(lambda: memoryview(bytearray(16)), lambda view, value: view[value])
releasing(lambda: memoryview(bytearray(16)), lambda view, value: view[:value].tolist())
releasing(lambda: memoryview(bytearray(16)), lambda view, value: view.__setitem__(value, 1))
releasing(lambda: memoryview(bytearray(16)), lambda view, value: view.__setitem__(slice(value), b"a"))
releasing(lambda: memoryview(bytearray(4)), lambda view, value: view.__setitem__(slice(None), value))
releasing(lambda: memoryview(bytearray(16)).cast("B", (4, 4)), lambda view, value: view[value, 0])
releasing(lambda: memoryview(bytearray(16)).cast("B", (4, 4)), lambda view, value: view.__setitem__((0, value), 1))


class Sep(bytes):
    def __len__(self):
        hexed.release()
        return 1


hexed = memoryview(bytearray(b"abc"))
attempt("hex", lambda: hexed.hex(Sep(b":")))
for arguments in ((":",), (":", 2), (":", -2), (":", 0), (b"\xff",), ("\xe9",), ("::",), ("",), (1,), (bytearray(b":"),),
                  (None,), (":", "a"), (":", 2**40), (":", 1, 2)):
    attempt(arguments, lambda: hexed.hex(*arguments))
