"""What the stress programs share: many threads at work until the time is over."""

import sys
import threading
import time

THREADS = 8
# So many rounds each thread makes at least, however slow the machine is: what a program counts at its end has happened.
ROUNDS = 20


def seconds():
    return float(sys.argv[1]) if len(sys.argv) > 1 else 1.0


def hammer(work, threads=THREADS):
    """Calls work(index, running) on each thread; `running()` is false when the time is over.

    It is not over before the thread has asked ROUNDS times. Returns the results in the order of the threads; an exception
    in one of them is raised here.
    """
    deadline = time.monotonic() + seconds()
    results = [None] * threads
    failures = []

    def run(index):
        asked = 0

        def running():
            nonlocal asked
            asked += 1
            return (asked <= ROUNDS or time.monotonic() < deadline) and not failures

        try:
            results[index] = work(index, running)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return results


def replace_code(function, code):
    """Here, because outside of the main module nobody is warned of a generator that becomes a function."""
    function.__code__ = code


class Random:
    """A small generator of numbers, one for each thread."""

    def __init__(self, seed):
        self.state = seed * 2654435761 + 1

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 33) % n


def check(condition, *facts):
    if not condition:
        raise AssertionError(facts)
