# memoryview: items, slices, formats, and what may be written.
def error(function, *args):
    try:
        print(function(*args))
    except Exception as problem:
        print(type(problem).__name__, problem)


v = memoryview(b'abcdef')
print(len(v), v[0], v[-1], v[1:3].tobytes(), v[::2].tobytes(), v[::-1].tolist(), v.readonly, v.format, v.itemsize, v.nbytes)
print(v == b'abcdef', v[1:3] == b'bc', b'bc' == v[1:3], v != b'x', hash(v) == hash(b'abcdef'), list(v), 97 in v)
error(lambda: v[10])
error(v.__setitem__, 0, 1)
array = bytearray(b'12345678')
w = memoryview(array)
w[0] = 65
w[2:4] = b'zz'
print(array, w.readonly, w.shape, w.strides, w.ndim, w.c_contiguous)
error(w.__setitem__, 0, 300)
error(w.__setitem__, 0, 'a')
error(w.__setitem__, slice(0, 2), b'abc')
error(hash, w)
i = w.cast('I')
print(len(i), i.itemsize, i.format, i.tolist() == [int.from_bytes(array[:4], 'little'), int.from_bytes(array[4:], 'little')])
i[1] = 1
print(array)
error(w[:3].cast, 'I')
error(w.cast, 'x')
print(memoryview(b'\xff\x01').cast('b').tolist(), memoryview(b'\0\0\x80\x3f').cast('f')[0])
with memoryview(b'xy') as inside:
    print(inside.tobytes(), inside.hex())
error(lambda: inside[0])
print(bytes(v), bytearray(v[1:2]), b''.join([v, w[:1]]), b'abcdef'.startswith(v[:2]), int.from_bytes(v[:2], 'big'))
print(v.toreadonly().readonly, w.toreadonly().readonly, v.obj)
error(memoryview, 'text')
