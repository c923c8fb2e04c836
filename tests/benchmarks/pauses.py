"""How long a collection stops a program whose heap is large: the time of `gc.collect()` when there is nothing to free.

Usage: pauses.py [--counts 1000000,15000000] [--rounds 5] [--list] [ENTRY...]

Each heap is made in a child of its own. Shown are the median of the pauses, the shortest, and millions of objects in a second.
Ashore looks at large heaps with all cores; under `taskset -c 0` it has one.
"""

import argparse
import gc
import os
import statistics
import sys
import time

ENTRIES = {}


def entry(function):
    """A function that makes a heap of so many objects, the integers in it not counted."""
    ENTRIES[function.__name__] = function
    return function


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


def pauses(make, count, rounds):
    """The seconds that each of some collections takes, measured in a child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        gc.disable()
        heap = make(count)
        gc.collect()
        seconds = []
        for _ in range(rounds):
            start = time.perf_counter()
            gc.collect()
            seconds.append(time.perf_counter() - start)
        assert heap is not None
        os.write(writing, repr(seconds).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"{make.__name__} failed")
    return [float(seconds) for seconds in text.strip("[]").split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--counts", default="1000000,15000000", help="objects, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--list", action="store_true", help="name the entries")
    parser.add_argument("entries", nargs="*", metavar="ENTRY")
    args = parser.parse_args()
    unknown = set(args.entries) - ENTRIES.keys()
    if unknown:
        parser.error(f"no such entry: {', '.join(sorted(unknown))}")
    if args.list:
        print(*ENTRIES, sep="\n")
        return
    print(f"{'':8} {'objects':>10} {'pause':>10} {'shortest':>10} {'M/s':>8}")
    for name in args.entries or ENTRIES:
        for count in map(int, args.counts.split(",")):
            seconds = pauses(ENTRIES[name], count, args.rounds)
            median, least = statistics.median(seconds), min(seconds)
            print(f"{name:8} {count:10} {median * 1e3:7.1f} ms {least * 1e3:7.1f} ms {count / median / 1e6:8.1f}", flush=True)


if __name__ == "__main__":
    main()
