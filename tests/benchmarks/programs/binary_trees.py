"""Allocation: builds and walks many short-lived binary trees and one that lives."""

import sys


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def count(self):
        if self.left is None:
            return 1
        return 1 + self.left.count() + self.right.count()


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def main():
    depth = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    long_lived = build(depth)
    for d in range(4, depth + 1, 4):
        trees = 1 << (depth - d + 3)
        total = 0
        for _ in range(trees):
            total += build(d).count()
        if total != trees * ((2 << d) - 1):
            raise ValueError("a tree lost nodes")
        print(trees, "trees of depth", d, "hold", total)
    print("long lived tree of depth", depth, "holds", long_lived.count())


if __name__ == "__main__":
    main()
