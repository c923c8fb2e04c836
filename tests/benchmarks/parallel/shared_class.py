"""Threads instantiating one class and calling it, against a class each.

Usage: shared_class.py [THREADS [shared|own [SIZE]]]; the work is the same for any number
of threads, and for `shared`, where all use one class, as for `own`, where each has its own.
"""

import sys
import threading


def make():
    class Point:
        dimensions = 2

        def __init__(self, x, y):
            self.x = x
            self.y = y

        def norm(self):
            return abs(self.x) + abs(self.y)

        @classmethod
        def diagonal(cls, n):
            return cls(n, n)

        @staticmethod
        def clamp(n):
            return n & 255

    return Point


def read(cls, rounds):
    total = 0
    for n in range(rounds):
        total += cls(n & 7, 1).norm()
        total += cls.diagonal(3).x
        total += cls.clamp(n) + cls.dimensions
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    shared = sys.argv[2] == "shared" if len(sys.argv) > 2 else True
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 7_372_800
    results = [None] * threads

    def work(index, thing):
        results[index] = read(thing, size // threads)

    things = [make()] * threads if shared else [make() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(things)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("shared_class", size, sum(results))


if __name__ == "__main__":
    main()
