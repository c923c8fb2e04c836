"""Threads calling one function, against a function each.

Usage: shared_function.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one function, as for `own`, where each has its own.
"""

import sys
import threading


def make():
    def mix(a, b=2, *, c=1):
        return (a ^ b) + c

    return mix


def read(mix, rounds):
    total = 0
    for n in range(rounds):
        total += mix(n & 31)
        total += mix(n & 31, 7)
        total += mix(3, b=n & 7, c=4)
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 14_745_600
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_function", size, sum(results))


if __name__ == "__main__":
    main()
