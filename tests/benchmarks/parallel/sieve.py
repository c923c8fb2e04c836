"""Segments of a sieve: primes of an interval found with the small primes.

Usage: sieve.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 576


def small_primes(limit):
    flags = [True] * (limit + 1)
    primes = []
    for n in range(2, limit + 1):
        if flags[n]:
            primes.append(n)
            for multiple in range(n * n, limit + 1, n):
                flags[multiple] = False
    return primes


def segment(low, length):
    root = 1
    while root * root < low + length:
        root += 1
    flags = [True] * length
    for p in small_primes(root):
        first = max(p * p, (low + p - 1) // p * p)
        for multiple in range(first - low, length, p):
            flags[multiple] = False
    count = 0
    for flag in flags:
        if flag:
            count += 1
    return count


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 180_000
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: segment(2 + job * size, size), range(JOBS)))
    print("sieve", size, sum(results))


if __name__ == "__main__":
    main()
