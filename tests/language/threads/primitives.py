"""The classes of the module `ashore`, against plain ones under a lock, which stand for them where it is missing."""

import threading

try:
    from ashore import AtomicInt, AtomicReference, ConcurrentMap, ShardedCounter, freeze
except ImportError:
    from types import MappingProxyType

    def under_lock(method):
        def locked(self, *args):
            with self.lock:
                return method(self, *args)

        return locked

    def same(a, b):
        return a == b if type(a) is int is type(b) else a is b

    class AtomicReference:
        def __init__(self, value=None):
            self.lock, self.value = threading.RLock(), value

        @under_lock
        def get(self):
            return self.value

        def set(self, value):
            self.exchange(value)

        @under_lock
        def exchange(self, value):
            old, self.value = self.value, value
            return old

        @under_lock
        def compare_exchange(self, expected, value):
            if not same(self.value, expected):
                return False
            self.value = value
            return True

        @under_lock
        def update(self, function):
            self.value = function(self.value)
            return self.value

        def __repr__(self):
            return f"{type(self).__name__}({self.value!r})"

    class AtomicInt(AtomicReference):
        def __init__(self, value=0):
            super().__init__(self.checked(value))

        def checked(self, value):
            import operator

            value = operator.index(value)
            if not -(2**63) <= value < 2**63:
                raise OverflowError(f"{type(self).__name__} holds 64 bits")
            return value

        def set(self, value):
            super().set(self.checked(value))

        def exchange(self, value):
            return super().exchange(self.checked(value))

        @under_lock
        def add(self, amount=1):
            self.value = self.checked(self.value + self.checked(amount))
            return self.value

        def __int__(self):
            return self.value

    class ShardedCounter(AtomicInt):
        def add(self, amount=1):
            super().add(amount)

    class ConcurrentMap(dict):
        def __init__(self, source=None):
            super().__init__(source or {})
            self.lock = threading.RLock()

        @under_lock
        def replace(self, key, old, new):
            if key not in self or not same(self[key], old):
                return False
            self[key] = new
            return True

        @under_lock
        def compute(self, key, function, default=None):
            self[key] = function(self.get(key, default))
            return self[key]

        @under_lock
        def add(self, key, amount=1):
            self[key] = self[key] + amount if key in self else amount
            return self[key]

        def __repr__(self):
            return f"ConcurrentMap({super().__repr__()})"

    def freeze(object, copies=None):
        copies = {} if copies is None else copies
        if id(object) not in copies:
            copies[id(object)] = copies
            copies[id(object)] = copy_of(object, lambda part: freeze(part, copies))
        if copies[id(object)] is copies:
            raise ValueError("cannot freeze an object that contains itself")
        return copies[id(object)]

    def copy_of(object, part):
        if type(object) in (int, bool, float, complex, str, bytes, range) or object in (None, ..., NotImplemented):
            return object
        match object:
            case list():
                return tuple(map(part, object))
            case tuple() if type(object) is tuple:
                return tuple(map(part, object))
            case tuple():
                return type(object)(*map(part, object))
            case set() | frozenset():
                return frozenset(map(part, object))
            case dict() | MappingProxyType():
                return MappingProxyType({part(key): part(value) for key, value in object.items()})
            case bytearray():
                return bytes(object)
        raise TypeError(f"cannot freeze '{type(object).__name__}' object")


THREADS = 4


def on_threads(work):
    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)


def ints():
    number = AtomicInt()
    print(number, number.add(), number.add(-3), number.get(), int(number))
    print(number.exchange(7), number.compare_exchange(6, 1), number.compare_exchange(7, 8), number)
    number.set(2**63 - 1)
    attempt(number.add)
    attempt(number.set, 2**63)
    attempt(number.add, "1")
    attempt(AtomicInt, 1.5)
    print(number)
    total, lowest = AtomicInt(100), AtomicInt(10**6)

    def work(n):
        for i in range(2000):
            total.add(i)
            while (seen := lowest.get()) > 5000 - i - n and not lowest.compare_exchange(seen, 5000 - i - n):
                pass

    on_threads(work)
    print(total, lowest)


def references():
    first, second = [1], [1]
    cell = AtomicReference(first)
    print(cell, cell.get() is first, cell.compare_exchange(second, 3), cell.compare_exchange(first, second))
    print(cell.get() is second, cell.exchange("text") is second, cell.update(str.upper), AtomicReference())
    attempt(cell.update, lambda text: text.missing)
    stack = AtomicReference()

    def work(n):
        for i in range(500):
            stack.update(lambda top: ((n, i), top))

    on_threads(work)
    seen, node = [], stack.get()
    while node is not None:
        entry, node = node
        seen.append(entry)
    print(len(seen), sorted(seen) == [(n, i) for n in range(THREADS) for i in range(500)])
    print(all(seen.index((n, 499)) < seen.index((n, 0)) for n in range(THREADS)))


def counters():
    counter = ShardedCounter(5)
    print(counter, counter.add(), counter.add(10), counter.get(), int(counter))
    attempt(counter.add, 2**63)
    attempt(counter.add, None)

    def work(n):
        for i in range(3000):
            counter.add(n)

    on_threads(work)
    print(counter)


class Key:
    """Equal keys are not identical, and comparing them runs Python code."""

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number % 7

    def __eq__(self, other):
        return self.number == other.number


def maps():
    table = ConcurrentMap({"a": 1})
    table["b"] = 2
    print(table["a"], table.get("c"), table.get("c", 3), "b" in table, "c" in table, len(table))
    print(sorted(table), sorted(table.keys()), sorted(table.values()), sorted(table.items()))
    print(table.setdefault("a", 9), table.setdefault("d", 4), table.pop("d"), table.pop("d", None))
    print(table.replace("a", 2, 5), table.replace("a", 1, 5), table.replace("z", None, 5), table["a"])
    print(table.add("a"), table.add("n", 2.5), table.add("w", "x"), table.add("w", "y"))
    print(table.compute("a", lambda value: value * 2), table.compute("new", repr), table.compute("other", len, ()))
    attempt(table.__getitem__, "z")
    attempt(table.pop, "z")
    attempt(table.__delitem__, "z")
    attempt(table.add, "w", 1)
    attempt(table.compute, "w", lambda text: text.missing)
    attempt(table.__setitem__, [], 1)
    del table["a"]
    print("a" in table, table["w"])
    table.clear()
    table.add("only")
    print(len(table), table, ConcurrentMap([(1, 2)]), ConcurrentMap())
    keys = ConcurrentMap()

    def work(n):
        for i in range(600):
            table.add(i % 50)
            table.compute("last", lambda seen: max(seen, i), 0)
            keys.add(Key(i % 20), 2)

    on_threads(work)
    print(sorted(table.items(), key=str)[:4], sum(value for key, value in table.items() if type(key) is int), table["last"])
    print(len(keys), {key.number: value for key, value in keys.items()} == {n: 60 * THREADS * 2 // 2 for n in range(20)})


def frozen():
    from collections import namedtuple

    Point = namedtuple("Point", "x y")
    inner = [1, 2.5, "text", b"bytes", None, ..., 10**30, range(3), 1j]
    original = {"list": inner, "again": inner, "set": {1, (2, 3)}, "array": bytearray(b"ab"), "point": Point(1, [2])}
    copy = freeze(original)
    print(copy["list"], copy["again"] is copy["list"], copy["set"] == {1, (2, 3)}, copy["array"], copy["point"])
    print(type(copy).__name__, type(copy["set"]).__name__, hash(copy["list"]) == hash(tuple(inner)))
    inner.append(3)
    print(len(copy["list"]), freeze(()), freeze(copy)["point"].x)
    try:
        copy["new"] = 1
    except TypeError as error:
        print(error)
    inner.append(original)
    attempt(freeze, original)
    attempt(freeze, [object()])
    attempt(freeze, {1: print})
    results = [None] * THREADS

    def work(n):
        results[n] = sum(copy["list"][1] for _ in range(1000))

    on_threads(work)
    print(results)


ints()
references()
counters()
maps()
frozen()
