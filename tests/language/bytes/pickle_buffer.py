# Memory that is pickled within a pickle or beside it.
import gc
import pickle
import weakref


def attempt(label, action):
    try:
        print(label, action())
    except Exception as error:
        print(label, type(error).__name__, error)


data = bytearray(b"some bytes")
buffer = pickle.PickleBuffer(data)
print(type(buffer).__module__, type(buffer).__name__, bytes(buffer), len(memoryview(buffer)), memoryview(buffer).obj is data)
attempt("resize", lambda: data.append(1))
with buffer.raw() as raw:
    print(raw.format, raw.shape, raw.readonly, raw.obj is data, raw.tobytes())
    raw[0] = ord("S")
buffer.release()
buffer.release()
data.append(ord("!"))
print(data)
for action in (buffer.raw, lambda: memoryview(buffer), lambda: bytes(buffer), lambda: buffer.__buffer__(0)):
    attempt("released", action)
grid = memoryview(bytes(range(6))).cast("B", (2, 3))
print(pickle.PickleBuffer(grid).raw().shape, memoryview(pickle.PickleBuffer(grid)).shape)
print(pickle.PickleBuffer(memoryview(bytes(8)).cast("i")).raw().format)
attempt("rows", lambda: pickle.PickleBuffer(grid[::-1]).raw())
attempt("steps", lambda: bytes(pickle.PickleBuffer(memoryview(b"abcd")[::2])))
for arguments in (("a",), (1,)):
    attempt(arguments, lambda: pickle.PickleBuffer(*arguments))
print(hasattr(buffer, "__release_buffer__"), pickle.PickleBuffer(b"a") == pickle.PickleBuffer(b"a"))


class Picture:
    def __init__(self, pixels):
        self.pixels = pixels

    def __reduce_ex__(self, protocol):
        if protocol >= 5:
            return type(self), (pickle.PickleBuffer(self.pixels),)
        return type(self), (bytes(self.pixels),)


picture = Picture(bytearray(b"pixels"))
for protocol in (4, 5):
    copy = pickle.loads(pickle.dumps(picture, protocol))
    print(protocol, type(copy.pixels).__name__, bytes(copy.pixels))
beside = []
inside = pickle.dumps(picture, 5, buffer_callback=beside.append)
print(len(beside), b"pixels" in inside, bytes(beside[0]))
copy = pickle.loads(inside, buffers=beside)
print(type(copy.pixels).__name__, copy.pixels.raw().obj is picture.pixels)
attempt("no buffers", lambda: pickle.loads(inside))

kept = pickle.PickleBuffer(memoryview(b"abc"))
holder = type("Holder", (), {})()
holder.kept, holder.me = kept, holder
watch = weakref.ref(holder), weakref.ref(kept)
del holder, kept
gc.collect()
print(watch[0]() is None, watch[1]() is None)
