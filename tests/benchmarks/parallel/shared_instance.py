"""Threads reading attributes and calling methods of one instance.

Usage: shared_instance.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one instance, as for `own`, where each has its own.
"""

import sys
import threading


class Settings:
    scale = 3

    def __init__(self):
        self.offset = 5
        self.names = ["a", "b"]

    def apply(self, x):
        return x * self.scale + self.offset

    @property
    def count(self):
        return len(self.names)


def make():
    return Settings()


def read(settings, rounds):
    total = 0
    for n in range(rounds):
        total += settings.offset
        total += settings.apply(n & 15)
        total += settings.count
        if settings.names:
            total += settings.scale
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 19_660_800
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_instance", size, sum(results))


if __name__ == "__main__":
    main()
