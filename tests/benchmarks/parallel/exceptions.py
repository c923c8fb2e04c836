"""Exceptions raised and caught on each thread.

Usage: exceptions.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 192


class Odd(Exception):
    def __init__(self, n):
        super().__init__(n)
        self.n = n


def halve(n):
    if n % 2:
        raise Odd(n)
    return n // 2


def run(job, size):
    total = 0
    for n in range(job, job + size):
        try:
            total += halve(n)
        except Odd as error:
            total += error.n
        finally:
            total += 1
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: run(job, size), range(JOBS)))
    print("exceptions", size, sum(results))


if __name__ == "__main__":
    main()
