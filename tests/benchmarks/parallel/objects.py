"""Small objects made, linked, called and dropped on each thread.

Usage: objects.py [THREADS [SIZE]]; the work is the same for any number of threads.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

JOBS = 192


class Node:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right

    def total(self):
        result = self.value
        if self.left is not None:
            result += self.left.total()
        if self.right is not None:
            result += self.right.total()
        return result


def build(depth, value):
    if depth == 0:
        return Node(value)
    return Node(value, build(depth - 1, 2 * value), build(depth - 1, 2 * value + 1))


def trees(job, size):
    total = 0
    for n in range(size):
        total += build(10, n + job).total() % 1000003
    return total


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with ThreadPoolExecutor(max_workers=threads) as pool:
        results = list(pool.map(lambda job: trees(job, size), range(JOBS)))
    print("objects", size, sum(results))


if __name__ == "__main__":
    main()
