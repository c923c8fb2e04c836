"""What the cycle collector costs while objects are made that stay: the time with it on as a multiple of the time with it off.

Usage: collector.py [--count 15000000] [--rounds 3] [--list] [ENTRY...]

Each measurement is a child of its own, on and off in turn, and the first pair is left out: it meets memory that nobody has
touched. The list has its length from the beginning. Shown are the medians of processor seconds, and their ratio.
"""

import argparse
import gc
import os
import statistics
import sys
import time

ENTRIES = {}


def entry(function):
    """A function that makes an object of a number, which stays."""
    ENTRIES[function.__name__] = function
    return function


@entry
def tuple_of_ints(i):
    return i, i + 1, i + 2


@entry
def tuple_of_lists(i):
    return i, []


def fill(make, count):
    objects = [None] * count
    start = time.process_time()
    for i in range(count):
        objects[i] = make(i)
    return time.process_time() - start


def seconds(make, count, collector):
    """Processor seconds of a child that makes so many."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if not collector:
            gc.disable()
        os.write(writing, repr(fill(make, count)).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"{make.__name__} failed")
    return float(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=15_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--list", action="store_true", help="name the entries")
    parser.add_argument("entries", nargs="*", metavar="ENTRY")
    args = parser.parse_args()
    unknown = set(args.entries) - ENTRIES.keys()
    if unknown:
        parser.error(f"no such entry: {', '.join(sorted(unknown))}")
    if args.list:
        print(*ENTRIES, sep="\n")
        return
    print(f"{'':16} {'on':>7} {'off':>7} {'ratio':>7}")
    for name in args.entries or ENTRIES:
        pairs = [[seconds(ENTRIES[name], args.count, collector) for collector in (True, False)] for _ in range(args.rounds + 1)]
        on, off = map(statistics.median, zip(*pairs[1:]))
        print(f"{name:16} {on:7.2f} {off:7.2f} {on / off:7.2f}", flush=True)


if __name__ == "__main__":
    main()
