# Every iterator of itertools, with the edges of its arguments.
import itertools
from itertools import *


def show(*values):
    print(*values)


def error(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except Exception as problem:
        show(type(problem).__name__, problem)


show(list(islice(count(), 3)), list(islice(count(5, -2), 4)), list(islice(count(1.5, 0.5), 3)), count(3), count(3, 2))
show(list(islice(cycle('ab'), 5)), list(cycle('')))
show(list(repeat(1, 3)), list(repeat(1, -3)), repeat('x'), repeat('x', 2))
show(list(compress('abcdef', [1, 0, 1, 0, 1, 1])), list(compress('ab', [1])))
show(list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1])))
show(list(filterfalse(None, [0, 1, '', 'a'])), list(filterfalse(lambda x: x % 2, range(6))))
show(list(islice('abcdef', 2)), list(islice('abcdef', 2, None)), list(islice('abcdef', 1, 5, 2)), list(islice('ab', 0)))
for arguments in ((-1,), (1, -1), (1, 2, 0), ('a',)):
    error(islice, 'abc', *arguments)
source = iter(range(10))
show(list(islice(source, 1, 4, 2)), next(source))
show(list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b)), list(accumulate([], initial=7)))
show(list(accumulate('abc')), list(accumulate([1, 2], initial=10)))
show(list(batched('abcdefg', 3)), list(batched('', 2)))
error(batched, 'abc', 0)
error(lambda: list(batched('abcde', 2, strict=True)))
show(list(chain('ab', [1], ())), list(chain.from_iterable(['ab', 'cd'])), list(chain()))
error(lambda: list(chain('a', 1)))
show(list(pairwise('abcd')), list(pairwise('a')), list(starmap(pow, [(2, 3), [3, 2]])))
show(list(zip_longest('abc', 'x', fillvalue='-')), list(zip_longest()), list(zip_longest('ab', [])))
show(list(combinations('abcd', 2)), list(combinations('ab', 3)), list(combinations('ab', 0)))
show(list(combinations_with_replacement('abc', 2)), list(combinations_with_replacement('', 1)))
show(list(permutations('abc')), list(permutations('abc', 2)), list(permutations('ab', 0)), list(permutations('a', 2)))
error(permutations, 'ab', 'c')
error(combinations, 'ab', -1)
show(list(product('ab', [1, 2])), list(product('ab', repeat=2)), list(product()), list(product('ab', [])))
show([(key, list(group)) for key, group in groupby('aabbbca')])
show([(key, list(group)) for key, group in groupby([1, 3, 2, 4, 5], lambda x: x % 2)])
groups = groupby('aab')
_, first = next(groups)
next(groups)
show(list(first))
a, b, c = tee('abc', 3)
show(next(a), list(b), list(a), list(c), tee([], 0))
show(type(count()).__name__, itertools.chain.__module__, chain[int])
for make in (count, cycle, chain):
    class Derived(make):
        def twice(self):
            return next(self), next(self)
    show(Derived(*([[1, 2, 3]] if make is not count else [])).twice())
error(count, 'a')
error(starmap, 1, 2)
error(lambda: next(groupby([])))
