"""Threads testing membership in one set, against one set each.

Usage: shared_set.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one set, as for `own`, where each has its own.
"""

import sys
import threading


def make():
    return {n * 3 for n in range(1000)} | {f"name{n}" for n in range(100)}


def read(members, rounds):
    names = [f"name{n}" for n in range(50, 150)]
    total = 0
    for _ in range(rounds):
        for n in range(900):
            if n in members:
                total += n
        for name in names:
            if name in members:
                total += 1
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 104_000
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_set", size, sum(results))


if __name__ == "__main__":
    main()
