"""What small objects take: bytes for each of a million that one list holds, by the growth of the process.

Usage: memory.py [--count 1000000] [--no-gc] [--list] [ENTRY...]

Resident memory is read from /proc/self/statm before and after, so the list's own slot, the allocator's waste and what a
collection leaves behind are included. The list has its length from the beginning, as arrays that a list outgrew are no
memory of its items. Each entry is measured in a child of its own, which has freed nothing that could be used again.
"""

import argparse
import gc
import os

from common.entries import arguments, entry, in_child

# Each entry makes an object of a number, and no other objects that stay.


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


@entry
def instance(i):
    return Point(i, i)


@entry
def slotted(i):
    return Slotted(i, i)


@entry
def tuple_3(i):
    return i, i + 1, i + 2


@entry
def list_2(i):
    return [i, i]


@entry
def dict_0(i):
    return {}


@entry
def dict_3(i):
    return {"a": i, "b": i, "c": i}


@entry
def dict_3_ints(i):
    return {1: i, 2: i, 3: i}


@entry
def dict_3_tuples(i):
    return {(1, 2): i, (3, 4): i, (5, 6): i}


def added(keys, i):
    made = {}
    for key in keys:
        made[key] = i
    return made


@entry
def dict_3_added(i):
    return added("abc", i)


@entry
def dict_5(i):
    return {"a": i, "b": i, "c": i, "d": i, "e": i}


@entry
def dict_8(i):
    return {"a": i, "b": i, "c": i, "d": i, "e": i, "f": i, "g": i, "h": i}


@entry
def dict_9_added(i):
    return added("abcdefghi", i)


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fill(make, count):
    objects = [None] * count
    for i in range(count):
        objects[i] = make(i)
    return objects


def measure(make, count):
    fill(make, 1000)  # the code is warm, and what is made once exists
    before = resident()
    objects = fill(make, count)
    grown = resident() - before
    assert objects[-1] is not None
    return [grown / count]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--no-gc", action="store_true", help="without the cycle collector")
    args = arguments(parser)
    if args.no_gc:
        gc.disable()
    for name in args.entries:
        [size] = in_child(measure, name, args.count)
        print(f"{name:14} {size:6.1f}", flush=True)


if __name__ == "__main__":
    main()
