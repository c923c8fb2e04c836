# mmap: files and anonymous memory as bytes.
import mmap
import os
import re
import tempfile
import threading


def attempt(call, *args, **names):
    try:
        print(repr(call(*args, **names)))
    except Exception as error:
        print(type(error).__name__, error)


def each(call, *arguments):
    for args in arguments:
        attempt(call, *args)


new = mmap.mmap
attempt(new, -1, 0)
attempt(new, -1, -1)
attempt(new, -1, 10, offset=-1)
attempt(new, -1, 10, offset=3)
attempt(new, -1, 10, access=9)
attempt(new, -1, 10, access=1, flags=2)
attempt(new, -1, 10, access=2, prot=1)
attempt(new, "a", 1)
attempt(new, -1, "x")
attempt(new, 9999, 10)
for access in range(4):
    attempt(new, -1, 10, access=access)
for prot in range(1, 4):
    attempt(new, -1, 10, prot=prot)

number, path = tempfile.mkstemp()
os.unlink(path)
attempt(new, number, 0)
os.write(number, b"hello\nworld\nabc")
attempt(new, number, 0)
attempt(new, number, 100)
attempt(new, number, 0, offset=15)
attempt(new, number, 5, offset=4096)
attempt(new, number, 2, offset=3)

m = new(number, 0)
print(len(m), m.size(), m.resize(20), len(m), m.size(), os.fstat(number).st_size)
each(m.find, (b"w",), (b"w", -100, 100), (b"o", 5), (b"o", None, None), (b"",), (b"", 30), (b"l", 8, 2), ("a",))
each(m.rfind, (b"o",), (b"",), (b"", 3, 2), (b"o", -20, -15), (bytearray(b"wor"),))
print(m.read(3), m.tell(), m.readline(), m.readline(), m.readline(), m.readline(), m.read())
attempt(m.read_byte)
each(m.seek, (-1,), (100,), (1, 7), (-3, 2), (-30, 1), (0,))
print(m.read_byte(), m.tell(), m.read(None), m.seek(4), m.read(-5), m.seek(0, os.SEEK_END))
attempt(m.read, "a")
m.seek(17)
each(m.write, (b"1234",), (b"12",), ("a",))
each(m.write_byte, (300,), (-1,), ("a",), (3,), (3,))
each(m.__getitem__, (0,), (-1,), (100,), ("a",), (slice(1, 5),), (slice(None, None, -3),), (2**80,), (slice("a"),))
each(m.__setitem__, (0, 72), (0, 300), (0, -1), (0, "a"), (100, 1), ("a", 1))
each(m.__setitem__, (slice(0, 2), b"XY"), (slice(0, 2), b"x"), (slice(0, 2), "xy"), (slice(0, 6, 2), b"abc"))
each(m.__delitem__, (0,), (slice(0, 1),), ("a",))
each(m.move, (0, 6, 3), (20, 0, 1), (0, 20, 1), (-1, 0, 1), ("a", 0, 1))
each(m.flush, (), (0, 5), (1, 5), (0, 100), (100,), (-1,))
normal = mmap.MADV_NORMAL
each(m.madvise, (normal,), (normal, 100), (normal, -1), (normal, 0, -1), (normal, 1, 2), (12345,))
print(bytes(m), list(m)[:3], b"w" in m, 119 in m, re.findall(rb"[a-z]+", m), os.pread(number, 20, 0))

view = memoryview(m)
print(view.format, view.readonly, view.nbytes, view.obj is m)
view[0] = 65
part = view[1:3]
view.release()
attempt(m.close)
attempt(m.resize, 5)
part.release()
print(m[0], m.closed, m)
each(m.resize, (-1,), (4096 * 3,))
print(m[4096 * 3 - 1], m.resize(30), len(m))
with m as same:
    print(same is m)
print(m.closed, m, m.close(), m.seekable())
each(m.__exit__, (1, 2, 3))
for call in (m.__len__, m.__enter__, m.size, m.tell, m.read, m.readline, m.read_byte, m.flush):
    attempt(call)
each(m.__getitem__, (0,), ("a",))
each(m.__setitem__, (0, 1))
each(m.find, (b"x",))
each(m.seek, (0,))
each(m.resize, (4,))
each(m.move, (0, 0, 0))

m = new(number, 0, access=mmap.ACCESS_READ)
each(m.write, (b"a" * 100,))
each(m.write_byte, (1,))
each(m.__setitem__, (0, 1), (slice(0, 1), b"a"))
each(m.__delitem__, (0,))
each(m.resize, (5,))
each(m.move, (0, 0, 1))
print(m.flush(), memoryview(m).readonly, m)
attempt(memoryview(m).__setitem__, 0, 1)

m = new(number, 10, trackfd=False)
attempt(m.size)
attempt(m.resize, 20)
m = new(number, 0, access=mmap.ACCESS_COPY)
attempt(m.resize, 20)
m[0] = 66
print(m[:5], os.pread(number, 5, 0), m.flush(), m)
m = new(-1, 5)
attempt(m.size)
attempt(m.resize, 4096)


class Sub(new):
    def __new__(cls, *args):
        made = super().__new__(cls, *args)
        made.note = "kept"
        return made


sub = Sub(-1, 4)
print(sub, sub.note, isinstance(sub, new), mmap.error is OSError, mmap.PAGESIZE == mmap.ALLOCATIONGRANULARITY)
attempt(setattr, m, "anything", 1)

# Maps of one file show the same bytes, and the file has them.
m, other = new(number, 8), new(number, 0)
m[:5] = b"share"
print(other[:5], os.pread(number, 5, 0))
m.close()
other.close()


# A map that is closed or resized under threads that use it raises; nothing worse.
def use(m, done):
    while not done.is_set():
        try:
            m[0] = m[-1]
            m.find(b"x", 0)
            m[:] = m[:]
            m.seek(0)
            m.read(100)
            sum(memoryview(m)[:10])
        except (ValueError, IndexError, BufferError, TypeError):
            pass


for turn in range(20):
    m = new(number, 0)
    done = threading.Event()
    threads = [threading.Thread(target=use, args=(m, done)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for size in (4096, 10, 9000, 30):
        try:
            m.resize(size)
        except BufferError:
            pass
    while not m.closed:
        try:
            m.close()
        except BufferError:
            pass
    done.set()
    for thread in threads:
        thread.join()
print("closed", m.closed)
os.close(number)
