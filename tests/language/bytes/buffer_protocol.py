# Objects of Python classes that show their memory: `__buffer__` and `__release_buffer__` (PEP 688).
import array
import binascii
import collections.abc
import gc
import hashlib
import inspect
import io
import marshal
import mmap
import struct
import sys
import weakref
import zlib


def attempt(label, action):
    try:
        print(label, action())
    except Exception as error:
        print(label, type(error).__name__, error)


sys.unraisablehook = lambda args: print("ignored:", args.err_msg, type(args.exc_value).__name__, args.exc_value)


class Quiet:
    def __init__(self, data):
        self.data = bytearray(data)

    def __buffer__(self, flags):
        return memoryview(self.data)


class Shows:
    def __init__(self, data=b"hello"):
        self.data = bytearray(data)

    def __buffer__(self, flags):
        print("  asked", inspect.BufferFlags(flags).value)
        self.view = memoryview(self.data)
        return self.view

    def __release_buffer__(self, view):
        print("  given back", view is self.view, bytes(view))


shows = Shows()
view = memoryview(shows)
print(type(view.obj).__name__, view.readonly, view.shape, view.tobytes())
part, cast, again = view[1:3], view.cast("b"), memoryview(view)
view.release()
part.release()
print("one is released twice")
part.release()
del cast
print("the last one")
again.release()
print("released")
memoryview(shows)[0:0]
with memoryview(shows) as view:
    view[0] = ord("j")
    attempt("resize", lambda: shows.data.append(1))
    attempt("its own view", lambda: shows.view.release())
shows.view.release()
shows.data.append(ord("!"))
print(shows.data)

for action in (bytes, bytearray, b"+".__add__, lambda x: b",".join([x, b"-"]), int.from_bytes, bytearray(b"+").__add__,
               lambda x: b"hello!" == x, lambda x: bytearray(b"jello!") == x, lambda x: memoryview(b"jello!") == x,
               lambda x: x in b"a jello!", b"a jello!".find, b"jello!?".startswith, b"jello!?".removeprefix,
               lambda x: b"a jello! b".split(x), lambda x: b"a jello! b".partition(x)[::2], lambda x: b"jojo".strip(x),
               lambda x: b"%b" % x, lambda x: str(x, "ascii"), lambda x: bytes.fromhex(x), bytes.maketrans(b"j", b"h").find,
               lambda x: struct.unpack("6B", x), lambda x: struct.unpack_from("B", x, 2), lambda x: [*struct.iter_unpack("3s", x)],
               lambda x: hashlib.sha1(x).hexdigest(), zlib.crc32, binascii.hexlify, lambda x: zlib.decompress(zlib.compress(x)),
               lambda x: array.array("B").frombytes(x), eval, int, ord, marshal.loads):
    attempt(action.__name__, lambda: action(shows))


def extend():
    target = bytearray(b"<")
    target.extend(shows)
    target += shows
    target[0:1] = shows
    return target


attempt("extend", extend)


# Functions that write.
def filled(function, make=Shows):
    target = make(b"........")
    result = function(target)
    return result, target.data


attempt("pack_into", lambda: filled(lambda x: struct.pack_into("<H", x, 2, 0x4142)))
attempt("readinto", lambda: filled(io.BytesIO(b"abc").readinto, Quiet))
attempt("view", lambda: filled(lambda x: memoryview(x).__setitem__(slice(3), b"xyz")))
attempt("BytesIO", lambda: (stream := io.BytesIO(Quiet(b"ab")), stream.seek(0, 2), stream.write(Quiet(b"cd")), stream.getvalue())[1:])
for target in (memoryview(bytearray(4)), array.array("H", [0, 0]), bytearray(4), mmap.mmap(-1, 4)):
    struct.pack_into("<H", target, 1, 0x4142)
    print(bytes(target))
for target in (b"abcd", memoryview(b"abcd"), memoryview(bytearray(8))[::2], "abcd", None):
    attempt("pack_into", lambda: struct.pack_into("<H", target, 0, 1))


# What a __buffer__ must not do.
class Returns:
    def __init__(self, result):
        self.result = result

    def __buffer__(self, flags):
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


released = memoryview(b"gone")
released.release()
for result in (b"bytes", None, bytearray(1), ValueError("mine"), TypeError("mine"), released, memoryview(bytes(8))[::2]):
    bad = Returns(result)
    print(type(result).__name__)
    for action in (lambda x: memoryview(x).tolist(), bytes, lambda x: b"".join([x]), lambda x: b"" + x, lambda x: bytearray(b"") == x, b"a".find,
                   lambda x: bytearray(b"").extend(x), lambda x: memoryview(b"") == x, lambda x: x in b"", int.from_bytes,
                   zlib.crc32, lambda x: struct.pack_into("B", x, 0, 1), lambda x: str(x, "ascii")):
        attempt("   ", lambda: action(bad))


class WrongArity:
    def __buffer__(self):
        return memoryview(b"")


class NotCallable:
    __buffer__ = 1


class Denied(bytes):
    __buffer__ = None


attempt("arity", lambda: memoryview(WrongArity()))
attempt("not callable", lambda: memoryview(NotCallable()))
attempt("none", lambda: memoryview(Denied(b"a")))
attempt("on the instance", lambda: setattr(o := type("C", (), {})(), "__buffer__", lambda f: memoryview(b"")) or memoryview(o))


# Classes derived from those that have memory.
class Tells(bytearray):
    def __release_buffer__(self, view):
        print("  told", view.obj, view.readonly, view.format, view.tobytes(), repr(view)[:7])
        for action in (lambda: memoryview(view), lambda: view.cast("b"), lambda: view[:1], lambda: view.toreadonly(),
                       lambda: view.__buffer__(0), lambda: bytes(view)):
            attempt("   ", action)
        print("  ", memoryview(b"hello") == view, view == b"hello", view[1], view.tolist(), super().__release_buffer__(view))
        self.kept = view


tells = Tells(b"hello")
with memoryview(tells):
    attempt("resize", lambda: tells.append(1))
tells.append(1)
attempt("kept", tells.kept.tobytes)


class Raises(array.array):
    def __release_buffer__(self, view):
        raise RuntimeError("not me")


memoryview(Raises("i", [1])).release()
bytes(Raises("i", [1]))


class Both(bytearray):
    def __buffer__(self, flags):
        return super().__buffer__(flags)

    def __release_buffer__(self, view):
        print("  Both told")
        super().__release_buffer__(view)


both = Both(b"both")
with memoryview(both) as view:
    print(view.tobytes(), type(view.obj).__name__)
both.clear()


class Other(bytearray):
    def __buffer__(self, flags):
        return memoryview(b"something else")

    def __release_buffer__(self, view):
        attempt("  told", lambda: super(Other, self).__release_buffer__(view))


with memoryview(Other(b"x")) as view:
    print(view.tobytes())
print(bytes(Other(b"x")), b"".join([Other(b"y")]))


class Mixin:
    def __buffer__(self, flags):
        return memoryview(b"mixed in")


class Mixed(Mixin, bytearray):
    pass


class Unmixed(bytearray, Mixin):
    pass


print(bytes(memoryview(Mixed(b"own"))), bytes(memoryview(Unmixed(b"own"))))


# The methods of builtin classes.
own = bytearray(b"ab")
view = memoryview(own)
other = own.__buffer__(0)
attempt("wrong object", lambda: bytearray(b"ab").__release_buffer__(view))
attempt("wrong object", lambda: view.__release_buffer__(other))
attempt("resize", own.clear)
attempt("release", lambda: own.__release_buffer__(other))
attempt("again", lambda: own.__release_buffer__(other))
inner = view.__buffer__(284)
attempt("with exports", lambda: own.__release_buffer__(view))
attempt("inner", lambda: view.__release_buffer__(inner))
attempt("release", lambda: own.__release_buffer__(view))
own.clear()
attempt("no view", lambda: own.__release_buffer__(b""))
for arguments in ((), (1, 2), ("a",), (1.0,), (2**31,), (-(2**31) - 1,), (2**70,)):
    attempt(arguments, lambda: own.__buffer__(*arguments))
attempt("arguments", lambda: own.__release_buffer__())
attempt("bytes", lambda: b"".__release_buffer__)

F = inspect.BufferFlags
grid = memoryview(bytes(6)).cast("B", (2, 3))
numbers = array.array("i", [1, 2])
for flags in (F.SIMPLE, F.WRITABLE, F.FORMAT, F.WRITABLE | F.FORMAT, F.ND, F.STRIDES, F.C_CONTIGUOUS, F.F_CONTIGUOUS,
              F.ANY_CONTIGUOUS, F.INDIRECT, F.CONTIG, F.CONTIG_RO, F.STRIDED, F.RECORDS_RO, F.FULL, F.FULL_RO):
    for exporter in (b"ab", bytearray(b"ab"), numbers, memoryview(numbers), memoryview(numbers)[::-1], grid, grid[::-1],
                     memoryview(b"ab").cast("H")):
        def request():
            with exporter.__buffer__(flags) as view:
                return (view.format, view.itemsize, view.ndim, view.shape, view.strides, view.readonly, view.nbytes,
                        view.obj is exporter)

        attempt(f"{flags.value} {type(exporter).__name__}", request)
attempt("_from_flags", lambda: memoryview._from_flags(b"ab", F.WRITABLE))
attempt("_from_flags", lambda: memoryview._from_flags(bytearray(b"ab"), flags=F.WRITABLE).tolist())
attempt("_from_flags", lambda: memoryview._from_flags(numbers, 0).format)
attempt("_from_flags", lambda: memoryview._from_flags([], 0))
attempt("_from_flags", lambda: memoryview._from_flags(b"", "a"))
attempt("_from_flags", lambda: memoryview._from_flags(b"", 2**40))
attempt("_from_flags", lambda: memoryview._from_flags(Shows(), F.WRITABLE).tolist())

for thing in (b"", bytearray(), view, numbers, mmap.mmap(-1, 1), Shows(), Returns(1), Denied(), 1, "", [], type):
    print(type(thing).__name__, isinstance(thing, collections.abc.Buffer), hasattr(thing, "__buffer__"),
          hasattr(thing, "__release_buffer__"), issubclass(type(thing), collections.abc.Buffer))

closed = mmap.mmap(-1, 4)
view = memoryview(closed)
attempt("close", closed.close)
view.release()
closed.close()
attempt("closed", lambda: memoryview(closed))
attempt("closed", lambda: closed.__buffer__(0))
attempt("closed", lambda: bytes(closed))
attempt("read only", lambda: mmap.mmap(-1, 4, access=mmap.ACCESS_READ).__buffer__(F.WRITABLE))

# References, and garbage that refers to itself.
exporter = Shows(b"abc")
watch = weakref.ref(exporter)
view = memoryview(exporter)
del exporter
gc.collect()
print("alive", watch() is not None)
view.release()
print("dead", watch() is None)
exporter = Quiet(b"abc")
exporter.mine = memoryview(exporter)
watch = weakref.ref(exporter)
del exporter
gc.collect()
print("dead", watch() is None)
data = bytearray(b"abc")
watch = weakref.ref(view := memoryview(data))
del view
print("dead", watch() is None)
data.append(1)


# The source of an assignment may be the very memory that is written to.
def exporter_of(make):
    return type("E", (), {"__buffer__": lambda self, flags: make()})()


target = bytearray(b"abcdef")
memoryview(target)[:] = exporter_of(lambda: memoryview(target)[::-1])
print(target)
memoryview(target)[::2] = exporter_of(lambda: memoryview(target)[3:])
print(target)
