"""Generators: solutions of the n queens problem counted by first column.

Usage: queens.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 480


def solutions(n, row, columns, rising, falling):
    if row == n:
        yield columns
        return
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        yield from solutions(
            n, row + 1, columns + [column], rising + [row + column], falling + [row - column]
        )


def count(job, n):
    first = job % n
    return sum(1 for _ in solutions(n, 1, [first], [first], [-first]))


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: count(job, size), range(JOBS)))
    print("queens", size, sum(results))


if __name__ == "__main__":
    main()
