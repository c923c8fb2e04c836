"""Histories of operations on shared objects, raced by threads, and checked against every sequential order.

Usage: harness.py SEED CASES ROUNDS    races; prints what no order explains, exit code 1
       harness.py SEED CASES           prints what the orders give: the same under every Python

A case is a fresh object and, for each of two or three threads, one to three operations. Of each round the results of all
operations and the object's end must be those of some order in which the threads' operations, one after the other, could
have been done. There are at most a few hundred such orders, so all of them are tried beforehand. What is drawn are the
operations that runtime/MEMORY-MODEL.md promises to be one step, or to give a moment, with all others of their row.
"""

import sys
import threading
from collections import OrderedDict, deque
from random import Random

BATCH = 50
SPINS = 300


class Plain:
    def __init__(self, x):
        self.x = x


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x


def drop(o, name):
    delattr(o, name)


def shown(o):
    return [getattr(o, name, None) for name in "xy"]


def by_kind(text):
    """A table of operations: one a line, an expression of `o`, `a` and `b`."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return [(line, compile(line, line, "eval")) for line in lines]


LIST_LOCKED = """
    o.append(a)
    o.insert(b, a)
    o.pop()
    o.pop(0)
    o.clear()
    o.reverse()
    o.extend([a, b])
    o.extend((a, b))
    o.__iadd__([a, a, b])
    o.__imul__(2)
    o.__setitem__(0, a)
    o.__delitem__(0)
    o.__delitem__(slice(0, 2))
    o.__setitem__(slice(0, 2), [a])
    o.__setitem__(slice(1, 1), [a, b])
    o.__setitem__(-1, a)
    o.__setitem__(slice(None, None, 2), [a, b])
    o.__delitem__(slice(None, None, 2))
    o.copy()
    o[:]
    o[1:]
    o[::-1]
    o[::2]
    [*o]
    list(o)
    tuple(o)
    o + [a]
"""
LIST_ENDS = """
    o.append(a)
    o.pop()
    o.__setitem__(0, a)
    o.__setitem__(-1, a)
    o[0]
    o[1]
    o.copy()
    o[0:2]
"""
DICT = """
    o.__setitem__(a, b)
    o.__setitem__(b, a)
    o.get(a)
    o[b]
    a in o
    o.__delitem__(a)
    o.pop(a)
    o.pop(b, None)
    o.popitem()
    o.setdefault(a, b)
    o.setdefault(b, [a])
    o.clear()
    o.copy()
    dict(o)
    {**o}
    list(o)
    list(o.items())
    list(o.values())
"""
ORDERED = """
    o.__setitem__(a, b)
    o.get(a)
    a in o
    o.__delitem__(b)
    o.pop(a)
    o.popitem()
    o.popitem(last=False)
    o.move_to_end(a)
    o.move_to_end(b, last=False)
    o.setdefault(a, b)
    o.clear()
    o.copy()
"""
SET = """
    o.add(a)
    o.add(b)
    a in o
    o.discard(a)
    o.remove(b)
    o.clear()
    o.copy()
    set(o)
    frozenset(o)
    o | {a}
    o & {a, b}
    o - {b}
    o ^ {a}
"""
ONE_MEMBER = """
    o.add(1)
    o.pop()
    o.discard(1)
    1 in o
    o.copy()
"""
DEQUE = """
    o.append(a)
    o.appendleft(b)
    o.pop()
    o.popleft()
    o.extend([a, b])
    o.extendleft([a, b])
    o.rotate(1)
    o.rotate(-2)
    o.reverse()
    o.clear()
    o.insert(1, a)
    o.remove(a)
    o.count(a)
    o[0]
    o[-1]
    o.__setitem__(0, b)
    o.__delitem__(0)
    o.copy()
    len(o)
"""
BYTES = """
    o.append(a)
    o.insert(1, b)
    o.pop()
    o.pop(0)
    o.clear()
    o.reverse()
    o.extend(b"ab")
    o.__iadd__(b"c")
    o.__imul__(2)
    o.__setitem__(0, a)
    o.__delitem__(0)
    o.__setitem__(slice(0, 2), b"xyz")
    o.remove(a)
    o.replace(b"a", b"bb")
    o.copy()
    o[1:]
    bytes(o)
    o.count(b"a")
"""
ATTRIBUTES = """
    o.x
    getattr(o, "x", a)
    getattr(o, "y", a)
    setattr(o, "x", a)
    setattr(o, "x", [b])
    setattr(o, "y", b)
    setattr(o, "y", (a, b))
    drop(o, "x")
    drop(o, "y")
    hasattr(o, "y")
"""

# Name: how an object is made, its operations, how its end is shown.
KINDS = {
    "list": (lambda: [1, 2, 3], by_kind(LIST_LOCKED), list),
    "empty list": (list, by_kind(LIST_LOCKED), list),
    "ends of a list": (lambda: [[1], [2]], by_kind(LIST_ENDS), list),
    "dict": (lambda: {1: 1, 2: 2}, by_kind(DICT), lambda o: list(o.items())),
    "empty dict": (dict, by_kind(DICT), lambda o: list(o.items())),
    "OrderedDict": (lambda: OrderedDict([(1, 1), (2, 2)]), by_kind(ORDERED), lambda o: list(o.items())),
    "set": (lambda: {1, 2}, by_kind(SET), sorted),
    "set of one": (lambda: {1}, by_kind(ONE_MEMBER), sorted),
    "deque": (lambda: deque([1, 2]), by_kind(DEQUE), list),
    "bounded deque": (lambda: deque([1, 2], 3), by_kind(DEQUE), list),
    "bytearray": (lambda: bytearray(b"abc"), by_kind(BYTES), bytes),
    "attributes": (lambda: Plain([1]), by_kind(ATTRIBUTES), shown),
    "slots": (lambda: Slotted([1]), by_kind(ATTRIBUTES), shown),
}


def function(code, a, b):
    """The operation as a function, which answers with what is comparable."""
    made = eval(f"lambda o: {code}", {"a": a, "b": b, "drop": drop})

    def operation(o):
        try:
            result = made(o)
        except Exception as error:
            return type(error).__name__
        return "itself" if result is o else shown_result(result)

    return operation


def shown_result(result):
    return repr(sorted(result)) if isinstance(result, (set, frozenset)) else repr(result)


class Case:
    def __init__(self, random):
        self.kind = random.choice(list(KINDS))
        self.make, operations, self.end = KINDS[self.kind]
        shape = random.choice([(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (1, 1, 1), (2, 1, 1), (2, 2, 1)])
        self.threads = []
        self.text = []
        for length in shape:
            chosen = [(*random.choice(operations), random.randint(1, 3), random.randint(1, 3)) for _ in range(length)]
            self.threads.append([function(text, a, b) for text, _, a, b in chosen])
            self.text.append([f"{text}    a = {a}, b = {b}" for text, _, a, b in chosen])

    def orders(self):
        """All outcomes of sequential orders."""
        outcomes = set()
        pending = [((), [0] * len(self.threads))]
        while pending:
            order, done = pending.pop()
            ready = [t for t, operations in enumerate(self.threads) if done[t] < len(operations)]
            if not ready:
                outcomes.add(self.sequentially(order))
            for t in ready:
                pending.append((order + (t,), [n + (t == i) for i, n in enumerate(done)]))
        return outcomes

    def sequentially(self, order):
        o = self.make()
        results = [[] for _ in self.threads]
        for t in order:
            results[t].append(self.threads[t][len(results[t])](o))
        return self.outcome(o, results)

    def outcome(self, o, results):
        return tuple(tuple(own) for own in results), repr(self.end(o))

    def describe(self, outcome):
        results, end = outcome
        lines = [f"{self.kind}: no order of these gives {end}"]
        for t, (texts, own) in enumerate(zip(self.text, results)):
            lines += [f"  thread {t}: {text:60} -> {result}" for text, result in zip(texts, own)]
        return "\n".join(lines)


class Racers:
    """Threads that do each case's operations at the same time, object by object."""

    def __init__(self, n):
        self.n = n
        self.begin = threading.Barrier(n + 1)
        self.end = threading.Barrier(n + 1)
        self.work = None
        for t in range(n):
            threading.Thread(target=self.run, args=(t,), daemon=True).start()

    def run(self, t):
        while True:
            self.begin.wait()
            operations, objects, results, at = self.work
            if t < len(operations):
                race(t, operations[t], objects, results[t], at)
            self.end.wait()

    def race(self, case):
        objects = [case.make() for _ in range(BATCH)]
        results = [[None] * BATCH for _ in case.threads]
        self.work = case.threads, objects, results, [-1] * len(case.threads)
        self.begin.wait()
        self.end.wait()
        return {case.outcome(o, [own[i] for own in results]) for i, o in enumerate(objects)}


def race(t, operations, objects, results, at):
    """Waits at each object for the others, but not for long: they may not be running."""
    for i, o in enumerate(objects):
        at[t] = i
        for _ in range(SPINS):
            if min(at) >= i:
                break
        results[i] = [operation(o) for operation in operations]


def main():
    seed, n_cases, *rounds = map(int, sys.argv[1:])
    racers = Racers(3) if rounds else None
    failed = False
    for number in range(seed, seed + n_cases):
        case = Case(Random(number))
        allowed = case.orders()
        if not rounds:
            print(number, case.kind, sorted(allowed))
            continue
        for _ in range(max(1, rounds[0] // BATCH)):
            if strange := racers.race(case) - allowed:
                print(f"case {number}: {case.describe(strange.pop())}", flush=True)
                failed = True
                break
    sys.stdout.flush()
    sys.exit(failed)


if __name__ == "__main__":
    main()
