"""How operations scale: each entry is a loop that every thread runs, on objects of its own or on shared ones.

Usage: entries.py [--threads 2,8] [--rounds 101] [--milliseconds 5] [--at-most 0.001] [--list] [ENTRY...]

For each entry: nanoseconds for one operation on one thread, and for each number of threads the throughput as a multiple
of one thread's (as many as there are processors is perfect). One thread and several take turns, and the medians of the
turns' ratios are shown; of shared writes also the last one of the first. Processors need not be equally fast, least of all
those of virtual machines, so that one thread runs on each in turn, and its throughput is their mean. A turn is short, so that
what slows a processor down for a while slows down what it is compared with, too. The idea is that of
Tools/ftscalingbench in CPython's repository, whose operations these are.

Under an Ashore that tallies (built with --cfg tally), it shows for each entry how many writes to memory that other threads
touch one operation does instead, on two threads that have been at it for a while. Those do not depend on the machine. If
an entry that is no shared write does more than --at-most, the exit code is 1.
"""

import argparse
import copy
import operator
import os
import sys
import threading
import time
from collections import deque, namedtuple
from dataclasses import dataclass
from statistics import mean, median

try:
    from ashore import _tally as tally
except ImportError:
    tally = None

ENTRIES = {}
WRITES = {}


def entry(function):
    """A loop of reads, calls and creations: threads should not notice each other."""
    ENTRIES[function.__name__] = function
    return function


def write(function):
    """A loop that writes to one shared object: threads take turns at it."""
    WRITES[function.__name__] = function
    return function


# What is shared.


class Counter:
    limit = 10

    def __init__(self, start=0):
        self.count = start
        self.step = 1

    def method(self):
        return self.step

    @property
    def doubled(self):
        return self.count

    @staticmethod
    def static(number):
        return number

    @classmethod
    def of_class(cls, number):
        return number


class Base:
    def value(self):
        return 1


class Derived(Base):
    def value(self):
        return super().value()


class Positive:
    """A descriptor."""

    def __get__(self, instance, owner):
        return 1


class Described:
    positive = Positive()


class Managed:
    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return False


@dataclass
class Point:
    x: int
    y: int
    z: int


Pair = namedtuple("Pair", ["first", "second"])

SHARED = Counter()
DERIVED = Derived()
DESCRIBED = Described()
MANAGED = Managed()
NUMBERS = list(range(1_000))
OBJECTS = [Counter(n) for n in range(100)]
TABLE = {n: n for n in range(1_000)}
BY_NAME = {"shared": SHARED, "other": DERIVED}
MEMBERS = set(range(1_000))
LOCAL = threading.local()
CALL_METHOD = operator.methodcaller("method")
STEP = 3


def plus_one(number):
    return number + 1


def make_adder(number):
    def add(other):
        return number + other

    return add


ADD = make_adder(1)


def three():
    yield 1
    yield 2
    yield 3


# Calls.


@entry
def builtin_call(n):
    for i in range(n):
        len(NUMBERS)


@entry
def function_call(n):
    for i in range(n):
        plus_one(i)


@entry
def closure_call(n):
    for i in range(n):
        ADD(i)


@entry
def method_of_shared(n):
    shared = SHARED
    for i in range(n):
        shared.method()


@entry
def static_method(n):
    shared = SHARED
    for i in range(n):
        shared.static(i)


@entry
def class_method(n):
    shared = SHARED
    for i in range(n):
        shared.of_class(i)


@entry
def super_call(n):
    derived = DERIVED
    for i in range(n):
        derived.value()


@entry
def method_caller(n):
    shared = SHARED
    for i in range(n):
        CALL_METHOD(shared)


@entry
def bound_method(n):
    bound = SHARED.method
    for i in range(n):
        bound()


@entry
def is_instance(n):
    shared = SHARED
    for i in range(n):
        isinstance(shared, Counter)


# Reads.


@entry
def attribute_of_shared(n):
    shared = SHARED
    for i in range(n):
        shared.count


@entry
def attribute_of_global(n):
    for i in range(n):
        SHARED.count


@entry
def shared_property(n):
    shared = SHARED
    for i in range(n):
        shared.doubled


@entry
def shared_descriptor(n):
    described = DESCRIBED
    for i in range(n):
        described.positive


@entry
def class_attribute(n):
    for i in range(n):
        Counter.limit


@entry
def module_global(n):
    for i in range(n):
        STEP


@entry
def shared_list_index(n):
    numbers = NUMBERS
    for i in range(n):
        numbers[i & 511]


@entry
def objects_of_shared_list(n):
    objects = OBJECTS
    for i in range(n):
        objects[i & 63].count


@entry
def iterate_shared_list(n):
    numbers = NUMBERS
    for _ in range(n // 1_000 + 1):
        for number in numbers:
            pass


@entry
def shared_dict_get(n):
    table = TABLE
    for i in range(n):
        table.get(i & 511)


@entry
def shared_dict_get_object(n):
    table = BY_NAME
    for i in range(n):
        table.get("shared")


@entry
def shared_dict_index(n):
    table = TABLE
    for i in range(n):
        table[i & 511]


@entry
def shared_dict_items(n):
    table = TABLE
    for _ in range(n // 1_000 + 1):
        for key, value in table.items():
            pass


@entry
def shared_set_contains(n):
    members = MEMBERS
    for i in range(n):
        (i & 2047) in members


@entry
def thread_local(n):
    LOCAL.number = 1
    for i in range(n):
        LOCAL.number


# Creations.


@entry
def create_object(n):
    for i in range(n):
        Counter(i)


@entry
def create_dataclass(n):
    for i in range(n):
        Point(i, i, i)


@entry
def create_namedtuple(n):
    for i in range(n):
        Pair(i, i)


@entry
def create_tuple(n):
    for i in range(n):
        (i, SHARED, i)


@entry
def create_list(n):
    for i in range(n):
        [i, SHARED, i]


@entry
def create_dict(n):
    for i in range(n):
        {"number": i, "shared": SHARED}


@entry
def create_closure(n):
    for i in range(n):
        make_adder(i)


@entry
def create_string(n):
    for i in range(n):
        f"{i} items"


@entry
def generator(n):
    for i in range(n // 3 + 1):
        for number in three():
            pass


@entry
def context_manager(n):
    managed = MANAGED
    for i in range(n):
        with managed:
            pass


@entry
def deep_copy(n):
    data = {"numbers": [1, 2, 3], "pair": (4, 5)}
    for i in range(n // 20 + 1):
        copy.deepcopy(data)


@entry
def exception(n):
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            pass


@entry
def own_deque(n):
    queue = deque()
    for i in range(n):
        queue.append(i)
        queue.popleft()


@entry
def own_list_append(n):
    numbers = []
    for i in range(n):
        numbers.append(i)


# Writes to what is shared.

COUNT_LOCK = threading.Lock()
COUNTED = Counter()
APPENDED = []
WRITTEN = {}


@write
def locked_counter(n):
    counted = COUNTED
    for i in range(n):
        with COUNT_LOCK:
            counted.count += 1


@write
def attribute_increment(n):
    counted = COUNTED
    for i in range(n):
        counted.step += 1


@write
def list_append(n):
    appended = APPENDED
    for i in range(n):
        appended.append(i)


@write
def dict_set(n):
    written = WRITTEN
    for i in range(n):
        written[i & 1023] = i


# Counting.


def tallied(function, threads, n):
    """Writes by kind for one operation, each thread having done n of them some times before."""
    together = threading.Barrier(threads)
    found = []

    def work():
        for _ in range(3):
            together.wait()
            function(n)
        together.wait()
        before = tally()
        function(n)
        after = tally()
        found.append({kind: after[kind] - before[kind] for kind in after})

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    APPENDED.clear()
    return {kind: sum(counts[kind] for counts in found) / (threads * n) for kind in found[0]}


def show_tallied(title, entries, n):
    """Prints the table; gives the greatest sum."""
    kinds = list(tally())
    print(f"{title:26} {'writes':>9}" + "".join(f" {kind:>12}" for kind in kinds))
    greatest = 0
    for name, function in entries.items():
        counts = tallied(function, 2, n)
        greatest = max(greatest, sum(counts.values()))
        row = "".join(f" {counts[kind]:12.5f}" for kind in kinds)
        print(f"{name:26} {sum(counts.values()):9.5f}{row}", flush=True)
    return greatest


# Measuring.

# Where threads may run; each is given one, so long as there are enough.
PROCESSORS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def run(function, threads, chunk, seconds, first=0):
    """Turns a second that so many threads make together, the first of them on that processor of PROCESSORS."""
    ready = threading.Barrier(threads + 1)
    over = threading.Event()
    rates = []
    start = None

    def work(number):
        if threads <= len(PROCESSORS):
            os.sched_setaffinity(0, {PROCESSORS[(first + number) % len(PROCESSORS)]})
        turns = 0
        # What a thread needs once, its first memory among it, is not what the entry is about.
        function(chunk)
        ready.wait()
        while not over.is_set():
            function(chunk)
            turns += chunk
        rates.append(turns / (time.perf_counter() - start))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    # Whoever waits for a processor at first has begun, too.
    start = time.perf_counter()
    ready.wait()
    time.sleep(seconds)
    over.set()
    for worker in workers:
        worker.join()
    APPENDED.clear()
    return sum(rates)


def turns_for(function, seconds):
    """How many turns take about so long."""
    n = 100
    while True:
        start = time.perf_counter()
        function(n)
        taken = time.perf_counter() - start
        APPENDED.clear()
        if taken > seconds / 4:
            return max(1, int(n * seconds / taken))
        n *= 4


def measure(function, counts, rounds, seconds):
    """Nanoseconds for a turn on one thread, and the throughputs."""
    chunk = turns_for(function, seconds / 100)
    single, ratios = [], {count: [] for count in counts}
    for _ in range(rounds):
        alone = mean(run(function, 1, chunk, seconds, first) for first in range(len(PROCESSORS) or 1))
        single.append(alone)
        for count in counts:
            ratios[count].append(run(function, count, chunk, seconds) / alone)
    return 1e9 / median(single), [median(ratios[count]) for count in counts]


def show(title, entries, counts, arguments):
    last = f" {f'x{counts[-1]}/x{counts[0]}':>7}" if entries.keys() <= WRITES.keys() else ""
    print(f"{title:26} {'ns':>8}" + "".join(f" {f'x{count}':>7}" for count in counts) + last)
    all_ratios = [[] for _ in counts]
    for name, function in entries.items():
        nanoseconds, ratios = measure(function, counts, arguments.rounds, arguments.milliseconds / 1000)
        shown = ratios + [ratios[-1] / ratios[0]] * bool(last)
        print(f"{name:26} {nanoseconds:8.1f}" + "".join(f" {ratio:7.2f}" for ratio in shown), flush=True)
        for column, ratio in zip(all_ratios, ratios):
            column.append(ratio)
    print(f"{'lowest':26} {'':8}" + "".join(f" {min(column):7.2f}" for column in all_ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", default="2,8", help="how many, with commas between (default: 2,8)")
    parser.add_argument("--rounds", type=int, default=101, help="how often each is measured (default: 101)")
    parser.add_argument("--milliseconds", type=float, default=5, help="how long a measurement takes (default: 5)")
    parser.add_argument("--at-most", type=float, default=0.001, help="shared writes for one operation, where they are counted")
    parser.add_argument("--turns", type=int, default=50_000, help="operations of a thread, where writes are counted")
    parser.add_argument("--list", action="store_true", help="list the entries and end")
    parser.add_argument("entries", nargs="*", metavar="ENTRY", help="only these")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.entries if name not in ENTRIES and name not in WRITES]
    if unknown:
        parser.error(f"no such entry: {unknown[0]}")
    if arguments.list:
        print("\n".join([*ENTRIES, *WRITES]))
        return
    counts = [int(count) for count in arguments.threads.split(",")]
    too_many = False
    for title, entries in [("reads, calls, creations", ENTRIES), ("shared writes", WRITES)]:
        chosen = {name: function for name, function in entries.items() if name in (arguments.entries or entries)}
        if chosen and not tally:
            show(title, chosen, counts, arguments)
        elif chosen:
            greatest = show_tallied(title, chosen, arguments.turns)
            too_many = too_many or entries is ENTRIES and greatest > arguments.at_most
    if too_many:
        sys.exit(f"more than {arguments.at_most} shared writes for an operation")


if __name__ == "__main__":
    main()
