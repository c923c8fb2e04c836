"""Dicts and sets built, looked up and dropped on each thread.

Usage: dicts.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 384


def build(job, size):
    squares = {}
    for n in range(size):
        squares[n * 7919 % 1000003] = n + job
    hits = 0
    for n in range(0, 2 * size, 3):
        hits += squares.get(n, 0) & 7
    by_digit = {}
    for key, value in squares.items():
        by_digit.setdefault(key % 100, set()).add(value)
    evens = {n for n in range(0, size, 2)}
    for members in by_digit.values():
        hits += len(members & evens)
    return hits


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 15_500
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: build(job, size), range(JOBS)))
    print("dicts", size, sum(results))


if __name__ == "__main__":
    main()
