# array: items of each kind, what lists can do, bytes, views, errors.
import copy
import pickle
from array import array, typecodes
from collections.abc import MutableSequence

print(typecodes, issubclass(array, MutableSequence))
for code in 'bBhHiIlLqQ':
    numbers = array(code, [1, 2, 3])
    numbers.append(100)
    print(numbers, numbers.itemsize, len(numbers), numbers[-1], numbers.tolist())
print(array('f', [0.1, 2]), array('d', [0.1, 2]), array('w', 'añ\U0001f600'))
a = array('i', range(10))
print(a[2:5], a[::-3], a[2], 7 in a, a.index(4), a.count(4), a + a[:2], a[:3] * 2)
a[1:3] = array('i', [7, 7, 7])
a[0] = -5
a.insert(1, 50)
a.remove(7)
del a[-1], a[::4]
a.extend([1])
a += array('i', [9])
a *= 1
a.reverse()
print(a, a.pop(), a.pop(0), a)
print(a == array('l', a.tolist()), a < array('i', [99]), a != a, array('i') == array('i', [1]))
print(a.tobytes()[:4], array('h', b'\x01\x00\xff\xff'), bytes(array('B', [1, 2])), bytearray(b'x') + array('B', [65]))
a.byteswap()
print(a[0])
view = memoryview(array('i', [1, 2, 3]))
view[1] = 20
print(view.format, view.itemsize, view.obj, view.tolist(), view[1:].tolist())
print(pickle.loads(pickle.dumps(array('d', [1.5]))), copy.copy(array('B', [3])), copy.deepcopy(array('B', [3])))
for bad in (lambda: array('x'), lambda: array('i', 'text'), lambda: array('b', [128]), lambda: array('H', [-1]),
            lambda: array('i', [1.5]), lambda: array('i', [1])[5], lambda: array('i').pop(), lambda: array('i').remove(1),
            lambda: array('i', [2**31]), lambda: array('i') + [1], lambda: array('i').frombytes(b'123'),
            lambda: array('i', [1]).extend(array('b', [1]))):
    try:
        bad()
    except Exception as problem:
        print(type(problem).__name__, problem)
