# Pickling and copying of builtin iterators, half way through and exhausted.
import copy
import pickle


def make():
    yield iter([1, 2, 3])
    yield iter((1, 2, 3))
    yield iter('añ\U0001f600')
    yield iter(b'abc')
    yield iter(bytearray(b'abc'))
    yield iter(range(1, 30, 7))
    yield iter(range(10**30, 10**30 + 5))
    yield reversed([1, 2, 3])
    yield reversed(range(3))
    yield reversed((1, 2, 3))
    yield iter({1: 'a', 2: 'b', 3: 'c'})
    yield iter({1: 'a', 2: 'b', 3: 'c'}.values())
    yield reversed({1: 'a', 2: 'b', 3: 'c'}.items())
    yield iter({5})
    yield iter(Counter(), 9)
    yield enumerate('abc', 5)
    yield zip('abc', [1, 2, 3], strict=True)
    yield map(max, [1, 5], [3, 2])
    yield filter(None, [0, 1, 2])
    yield iter(Sequence())


class Counter:
    n = 6

    def __call__(self):
        self.n = min(self.n + 1, 9)
        return self.n


class Sequence:
    def __getitem__(self, index):
        if index > 3:
            raise IndexError
        return index * 10


for iterator in make():
    again = pickle.loads(pickle.dumps(iterator))
    print(list(again), end=' ')
    next(iterator)
    print(list(copy.copy(iterator)), list(pickle.loads(pickle.dumps(iterator))), end=' ')
    print(list(iterator), list(copy.copy(iterator)), list(iterator))

for iterator in (iter([1, 2, 3]), reversed([1, 2, 3]), iter('abc'), iter(range(3)), reversed((1, 2, 3))):
    for position in (-5, 1, 99):
        moved = copy.copy(iterator)
        moved.__setstate__(position)
        print(position, list(moved), end=' ')
print(pickle.loads(pickle.dumps([..., NotImplemented, None])))
