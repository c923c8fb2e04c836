# collections.deque and defaultdict, from the module that collections takes them from.
from _collections import defaultdict, deque


def error(function, *args):
    try:
        print(function(*args))
    except Exception as problem:
        print(type(problem).__name__, problem)


d = deque('abc')
d.append('d')
d.appendleft('z')
print(d, len(d), d[0], d[-1], 'b' in d, 'q' in d, bool(deque()), d.maxlen)
print(d.pop(), d.popleft(), d)
d.extend([1, 2])
d.extendleft([3, 4])
print(d)
d.rotate(2)
print(d)
d.rotate(-3)
d.reverse()
print(d, list(reversed(d)))
d[1] = 'new'
del d[0]
print(d, d.count('new'), d.index('new'))
d.insert(1, 'inserted')
d.remove('inserted')
print(d)
error(d.remove, 'absent')
error(d.index, 'absent')
error(deque().pop)
error(deque().popleft)
error(lambda: d[100])
error(lambda: d['a'])
error(deque, 1)
error(deque, [], -1)
error(deque, [], 'a')
bounded = deque(range(5), 3)
bounded.append(9)
bounded.appendleft(0)
print(bounded, bounded.maxlen, bounded + deque([7]), bounded * 2)
error(bounded.insert, 0, 1)
copy = bounded.copy()
print(copy == bounded, copy is bounded, copy.maxlen, deque([1, 2]) < deque([1, 3]), deque([1]) == [1])
error(lambda: deque() + [1])
other = deque([1, 2])
other += 'xy'
other *= 2
print(other)
other.append(other)
print(other)


def grow():
    growing = deque([1, 2, 3])
    for item in growing:
        growing.append(item)


error(grow)
print(deque([1, 2]).__reduce__()[:2], deque[int], hash is None)
error(hash, deque())


class Stack(deque):
    def __init__(self, *args):
        super().__init__(*args)
        self.extra = len(self)


s = Stack('ab')
print(s, s.extra, s.copy(), type(s.copy()).__name__)

counts = defaultdict(int)
for letter in 'banana':
    counts[letter] += 1
print(counts, counts['q'], 'q' in counts, counts.get('w'))
lists = defaultdict(list, {'a': [1]}, b=[2])
lists['c'].append(3)
print(lists, dict(lists), lists.default_factory)
error(lambda: defaultdict()['missing'])
error(defaultdict, 1)
again = lists.copy()
print(type(again).__name__, again == lists, again.default_factory is list)
print(counts | {'x': 5}, {'x': 5} | counts)
counts.default_factory = None
error(lambda: counts['unknown'])
error(lambda: counts.missing_attribute)
