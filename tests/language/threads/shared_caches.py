# Threads that share caches and partial objects: results are right, counts add up, no cache outgrows its limit.
import functools
import threading

THREADS = 6
CALLS = 4000


@functools.lru_cache(maxsize=16)
def bounded(x, *, k=0):
    return x * 10 + k


@functools.cache
def unbounded(x):
    return str(x)


class Key:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number % 4

    def __eq__(self, other):
        return self.number == other.number


@functools.lru_cache(maxsize=8)
def by_key(key):
    return key.number


shared = functools.partial(max, 5, functools.Placeholder, 7)
wrong = []
start = threading.Barrier(THREADS)


def work(seed):
    start.wait()
    n = seed
    for i in range(CALLS):
        n = (n * 1103515245 + 12345) % 2147483648
        x = n // 65536 % 24
        if bounded(x) != x * 10 or bounded(x, k=3) != x * 10 + 3:
            wrong.append("bounded")
        if unbounded(x) != str(x):
            wrong.append("unbounded")
        if i % 4 == 0 and by_key(Key(x)) != x:
            wrong.append("by key")
        if bounded.cache_info().currsize > 16 + THREADS:
            wrong.append("size")
        if shared(x) != max(7, x):
            wrong.append("partial")
        if i % 1000 == 0:
            shared.__setstate__((max, (5, functools.Placeholder, 7), {}, None))
            by_key.cache_clear()


threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
info = bounded.cache_info()
print(wrong, info.hits + info.misses == 2 * THREADS * CALLS, info.hits > 0, info.misses > 0)
for cached in (bounded, by_key):
    cached.cache_clear()
    for x in range(100):
        cached(Key(x) if cached is by_key else x)
    print(cached.cache_info().currsize)
print(unbounded.cache_info().currsize)
