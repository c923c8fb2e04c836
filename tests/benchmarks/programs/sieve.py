"""Flags in a list: primes below a limit."""

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
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 8_000_000
    flags = sieve(limit)
    count = 0
    last = 0
    for n in range(limit):
        if flags[n]:
            count += 1
            last = n
    print("sieve", limit, count, last)


if __name__ == "__main__":
    main()
