"""What the cycle collector costs while objects are made that stay: the time with it on as a multiple of the time with it off.

Usage: collector.py [--count 15000000] [--rounds 3] [--list] [ENTRY...]

Each measurement is a child of its own, on and off in turn, and the first pair is left out: it meets memory that nobody has
touched. The list has its length from the beginning. Shown are the medians of processor seconds, and their ratio.
"""

import argparse
import gc
import statistics
import time

from common.entries import arguments, entry, in_child

# Each entry makes an object of a number, which stays.


@entry
def tuple_of_ints(i):
    return i, i + 1, i + 2


@entry
def tuple_of_lists(i):
    return i, []


def measure(make, count, collector):
    """The processor seconds that making so many takes."""
    if not collector:
        gc.disable()
    objects = [None] * count
    start = time.process_time()
    for i in range(count):
        objects[i] = make(i)
    return [time.process_time() - start]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=15_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = arguments(parser)
    print(f"{'':16} {'on':>7} {'off':>7} {'ratio':>7}")
    for name in args.entries:
        pairs = [
            [number for collector in (True, False) for number in in_child(measure, name, args.count, collector)]
            for _ in range(args.rounds + 1)
        ]
        on, off = map(statistics.median, zip(*pairs[1:]))
        print(f"{name:16} {on:7.2f} {off:7.2f} {on / off:7.2f}", flush=True)


if __name__ == "__main__":
    main()
