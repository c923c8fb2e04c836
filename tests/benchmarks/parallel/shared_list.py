"""Threads indexing and iterating one list, against one list each.

Usage: shared_list.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one list, as for `own`, where each has its own.
"""

import sys
import threading


class Item:
    def __init__(self, value):
        self.value = value


def make():
    return [Item(n % 7) for n in range(1000)]


def read(items, rounds):
    total = 0
    for _ in range(rounds):
        for item in items:
            total += item.value
        for i in range(0, 1000, 2):
            total += items[i].value
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 80_000
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_list", size, sum(results))


if __name__ == "__main__":
    main()
