"""How long a collection stops a program whose heap is large: the time of `gc.collect()` when there is nothing to free.

Usage: pauses.py [--counts 1000000,15000000] [--rounds 5] [--list] [ENTRY...]

Each heap is made in a child of its own. Shown are the median of the pauses, the shortest, and millions of objects in a second.
Ashore looks at large heaps with all cores; under `taskset -c 0` it has one.
"""

import argparse
import gc
import statistics
import time

from common.entries import arguments, entry, in_child

# Each entry makes a heap of so many objects, the integers in it not counted.


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


@entry
def tuples(count):
    return [(i, i + 1, i + 2) for i in range(count)]


@entry
def lists(count):
    return [[i] for i in range(count)]


@entry
def tree(count):
    nodes = [Node(None, None) for _ in range(count)]
    for i, node in enumerate(nodes[1:], 1):
        parent = nodes[(i - 1) // 2]
        if i % 2:
            parent.left = node
        else:
            parent.right = node
    return nodes[0]


@entry
def graph(count):
    nodes = [Node(None, None) for _ in range(count)]
    step = 1
    for i, node in enumerate(nodes):
        step = step * 1103515245 + 12345 & 0x7FFFFFFF
        node.left = nodes[step % count]
        node.right = nodes[i - 1]
    return nodes[0]


@entry
def chain(count):
    node = None
    for _ in range(count):
        node = Node(node, None)
    return node


def measure(make, count, rounds):
    """The seconds that each of some collections takes."""
    gc.disable()
    heap = make(count)
    gc.collect()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        gc.collect()
        seconds.append(time.perf_counter() - start)
    assert heap is not None
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--counts", default="1000000,15000000", help="objects, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    args = arguments(parser)
    print(f"{'':8} {'objects':>10} {'pause':>10} {'shortest':>10} {'M/s':>8}")
    for name in args.entries:
        for count in map(int, args.counts.split(",")):
            seconds = in_child(measure, name, count, args.rounds)
            median, least = statistics.median(seconds), min(seconds)
            print(f"{name:8} {count:10} {median * 1e3:7.1f} ms {least * 1e3:7.1f} ms {count / median / 1e6:8.1f}", flush=True)


if __name__ == "__main__":
    main()
