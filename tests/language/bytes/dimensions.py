# Views of several dimensions, and of none.
import array
import itertools


def attempt(label, action):
    try:
        print(label, action())
    except Exception as error:
        print(label, type(error).__name__, error)


def describe(view):
    print(view.format, view.itemsize, view.ndim, view.shape, view.strides, view.suboffsets, view.nbytes)
    print(view.c_contiguous, view.f_contiguous, view.contiguous, view.readonly, view.tolist())


data = bytearray(range(24))
view = memoryview(data)
for shape in ((24,), [4, 6], (2, 3, 4), (1, 24), (24, 1), (1, 1, 24), [True, 24], (2, 2, 2, 3)):
    describe(view.cast("B", shape))
for format in "bcBhHiIlLqQnNfde?P":
    for prefix in ("", "@"):
        cast = view.cast(prefix + format)
        print(cast.format, cast.itemsize, cast.shape, cast.strides, cast.ndim)
describe(view.cast("i", (2, 3)))
describe(view[:1].cast("B", ()))
describe(view[4:8].cast("i", []))
describe(memoryview(b"").cast("b"))

grid = view.cast("B", (4, 6))
cube = view.cast("B", (2, 3, 4))
for order in ("C", "F", "A", None):
    print(order, grid.tobytes(order), cube.tobytes(order=order), view[::-3].tobytes(order))
for order in ("c", "", "CF", 1, b"C"):
    attempt(order, lambda: view.tobytes(order))
print(grid[1, 2], grid[-1, -1], cube[1, 2, 3], cube[-2, -3, -4])
rows = grid[1::2]
describe(rows)
describe(grid[::-1])
describe(grid[4:])
print(rows[1, 0], rows.tobytes("F"), grid[::-1].tobytes("A"), bytes(grid[::-1]), bytes(cube[1:]))
print(len(grid), len(rows), len(cube[1:]))
print(grid.hex(), rows.hex("-", 3), rows.hex(b":", -4))

for key in (0, (0,), (0, 0, 0), (4, 0), (0, 6), (0, -7), (-5, 0), slice(1, 2), (slice(1), slice(2)), (slice(1), 0),
            (0, slice(1)), ..., (..., 0), None, "a", (1.0, 0), ("a", 0), (), 2**100, (2**100, 0), (0, 2**100), [0, 0]):
    attempt(key, lambda: grid[key] if not isinstance(grid[key], memoryview) else grid[key].tolist())
    attempt(key, lambda: grid.__setitem__(key, 7))
    attempt(key, lambda: view[key] if not isinstance(view[key], memoryview) else view[key].tolist())
grid[1, 2] = 200
cube[-1, -1, -1] = 201
view[23 % 24,] = 202
print(list(data))
attempt("iterate", lambda: list(grid))
attempt("in", lambda: 3 in grid)
attempt("index", lambda: grid.index(3))
attempt("count", lambda: grid.count(3))
attempt("reversed", lambda: list(reversed(grid)))
attempt("del", lambda: grid.__delitem__((0, 0)))
attempt("del", lambda: grid.toreadonly().__delitem__((0, 0)))

# No dimension: one item.
scalar = view[5:6].cast("B", ())
print(scalar[()], scalar.tolist(), scalar.tobytes(), scalar.shape, scalar.strides, scalar.nbytes, scalar[...] is scalar)
scalar[()] = 9
print(data[5])
scalar[...] = 10
print(data[5], scalar == memoryview(b"\n").cast("B", ()), scalar == b"\n", scalar == memoryview(b"\n"))
for key in (0, (0,), slice(None), "a", (..., ), None):
    attempt(key, lambda: scalar[key])
    attempt(key, lambda: scalar.__setitem__(key, 1))
attempt("len", lambda: len(scalar))
attempt("iterate", lambda: iter(scalar))
attempt("index", lambda: scalar.index(1))
attempt("count", lambda: scalar.count(1))
print(bool(memoryview(b"a")), bool(memoryview(b"")))
attempt("bool", lambda: bool(scalar))
print(scalar.cast("b", (1,)).tolist(), memoryview(bytes(8)).cast("d", ())[()])
print(hash(memoryview(b"a").cast("B", ())) == hash(b"a"))

# Casts that are refused.
for format in ("", "ii", "<i", ">B", "z", "s", "4s", "@", "@@i", "@ii", "w", "u", "\u20ac"):
    attempt(ascii(format), lambda: view.cast(format))
for format in (1, b"B", None):
    attempt(format, lambda: view.cast(format))
for shape in ([0], [0, 24], [24, 0], [-1, -24], (5, 5), (), [2.0, 12], ["24"], 24, "24", {24}, None, range(3),
              [2**62, 4], [2**63], [2**70, 1], [1] * 64, [1] * 65, (23,)):
    attempt(shape, lambda: view.cast("B", shape).shape)
attempt("step", lambda: view[::2].cast("b"))
attempt("step of one", lambda: view[:1:2].cast("b").shape)
attempt("non-bytes", lambda: view.cast("i").cast("h"))
attempt("non-bytes", lambda: view.cast("i").cast("i"))
attempt("multiple", lambda: view[:7].cast("h"))
attempt("several", lambda: grid.cast("B", (6, 4)))
attempt("several", lambda: grid.cast("i").shape)
attempt("several", lambda: grid.cast("B").shape)
attempt("several", lambda: grid.cast("B", (24,)).shape)
attempt("rows", lambda: rows.cast("B"))
attempt("empty", lambda: view[:0].cast("i").shape)
attempt("empty", lambda: view[:0].cast("i", (0,)).shape)
attempt("empty", lambda: grid[:0].cast("B"))
attempt("arguments", lambda: view.cast())
attempt("arguments", lambda: view.cast("B", (24,), 1))
attempt("keywords", lambda: view.cast(format="H", shape=(3, 4)).shape)

# Comparisons look at shapes and values.
same = memoryview(bytes(data)).cast("B", (4, 6))
print(grid == same, grid == view, view == data, grid == data, grid[1:] == same[1:], rows == same[1::2], cube == same)
print(grid != same, grid == grid, grid == grid.toreadonly(), grid[:0] == same[:0], grid[:0] == view[:0])
print(grid.cast("B") == view, memoryview(bytes(6)).cast("B", (2, 3)) == memoryview(bytes(6)).cast("B", (3, 2)))
for a, b in itertools.combinations("bBhHiIlLqQnNP", 2):
    x, y = (array.array(code if code in array.typecodes else "q", [1, 2, 3]) for code in (a, b))
    print(memoryview(x) == memoryview(y), memoryview(x) == y, end=" ")
print()

# Slices of slices, and parts that are empty.
row = memoryview(bytes(range(17)))
print(row[::-9][-30::-9].shape, row[::-9][-30::-9].strides, bytes(row[-30::-1]), row[5:2].tolist())
print(row[::2][::-1][1:-1].tolist(), row[::2][::-1][1:-1].strides, row[10:1:-3].tolist())
