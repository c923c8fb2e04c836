"""Lists sorted by value, by key and by hand on each thread.

Usage: sorting.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 192


def numbers(seed, count):
    result = []
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        result.append(seed)
    return result


def insertion_sort(items):
    for i in range(1, len(items)):
        item = items[i]
        j = i - 1
        while j >= 0 and items[j] > item:
            items[j + 1] = items[j]
            j -= 1
        items[j + 1] = item


def sort_all(job, size):
    values = numbers(job + 1, size)
    by_value = sorted(values)
    by_key = sorted(values, key=lambda n: (n % 1000, n))
    runs = [values[i : i + 16] for i in range(0, size, 16)]
    for run in runs:
        insertion_sort(run)
    return by_value[size // 2] ^ by_key[size // 2] ^ runs[-1][0]


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 27_000
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: sort_all(job, size), range(JOBS)))
    print("sorting", size, sum(results))


if __name__ == "__main__":
    main()
