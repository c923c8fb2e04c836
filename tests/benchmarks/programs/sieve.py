"""Flags in a list: primes below a limit, found again and again.

The list (8 bytes a flag) is no larger than the caches of current machines: above that the
time is memory's, and C is no more than 6 times as fast as CPython either.
"""

import sys


def sieve(limit):
    flags = [True] * limit
    flags[0] = False
    flags[1] = False
    n = 2
    while n * n < limit:
        if flags[n]:
            for multiple in range(n * n, limit, n):
                flags[multiple] = False
        n += 1
    return flags


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    count = 0
    last = 0
    for _ in range(rounds):
        flags = sieve(limit)
        count = 0
        for n in range(limit):
            if flags[n]:
                count += 1
                last = n
    print("sieve", limit, count, last)


if __name__ == "__main__":
    main()
