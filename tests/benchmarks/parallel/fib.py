"""Recursive calls on several threads.

Usage: fib.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 576


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 27
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: fib(size), range(JOBS)))
    print("fib", size, sum(results))


if __name__ == "__main__":
    main()
