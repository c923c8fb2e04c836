"""Threads calling one closure over a table, against a closure each.

Usage: shared_closure.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one closure, as for `own`, where each has its own.
"""

import sys
import threading


def make():
    table = [n * n for n in range(64)]
    base = 100

    def look_up(n):
        return table[n & 63] + base

    return look_up


def read(look_up, rounds):
    total = 0
    for n in range(rounds):
        total += look_up(n)
        total += look_up(n >> 2)
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 29_491_200
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_closure", size, sum(results))


if __name__ == "__main__":
    main()
