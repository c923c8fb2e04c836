"""Threads looking up and iterating one dict, against one dict each.

Usage: shared_dict.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one dict, as for `own`, where each has its own.
"""

import sys
import threading


def make():
    return {f"key{n}": [n] for n in range(1000)}


def read(table, rounds):
    keys = list(table)
    total = 0
    for _ in range(rounds):
        for key in keys:
            total += table[key][0]
            if "other" in table:
                total += 1
        for key, value in table.items():
            total -= len(value)
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 30_000
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_dict", size, sum(results))


if __name__ == "__main__":
    main()
