"""What runtime/MEMORY-MODEL.md promises, operation by operation: each check is named as its row there."""

import itertools
import queue
import threading
from collections import OrderedDict, defaultdict, deque

from ashore import AtomicInt, AtomicReference, ConcurrentMap, ShardedCounter
from common.hammer import THREADS, Random, check, hammer

WIDTH = 64


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b


def in_order(numbers):
    return all(a < b for a, b in zip(numbers, numbers[1:]))


# Each class: `act` is called by all threads again and again, `end` by one when they have stopped.


class Publication:
    """Who reads a reference sees what its writer did before storing it; two stores are seen in their order."""

    def __init__(self):
        self.cell = Pair(None, None)
        self.ahead = self.behind = 0

    def act(self, index, number, random):
        if index == 0:
            self.behind = number
            self.ahead = number
            self.cell = Pair([number], {"n": number})
        else:
            ahead = self.ahead
            check(self.behind >= ahead, "a later store was seen first")
            pair = self.cell
            if pair.a is not None:
                check(pair.a[0] == pair.b["n"], "a half-made object")

    def end(self):
        pass


class Lists:
    """Every method of a list is one step, but sort, extend with an iterator, and comparisons."""

    def __init__(self):
        self.uniform = [0] * WIDTH
        self.pairs = []
        self.turned = list(range(WIDTH))
        self.stack = []
        self.cut = list(range(2 * WIDTH))
        self.added = [0] * THREADS
        self.taken = [[] for _ in range(THREADS)]

    def act(self, index, number, random):
        if index % 2:
            self.uniform[:] = [number] * WIDTH
            self.pairs += [number, number]
            self.turned.reverse()
            self.cut[WIDTH // 2 : WIDTH] = range(WIDTH // 2, WIDTH)
        else:
            for copy in (self.uniform[:], self.uniform.copy(), [*self.uniform], tuple(self.uniform)):
                check(copy.count(copy[0]) == WIDTH, "half a slice assignment", copy)
            for pairs in (self.pairs.copy(), self.pairs[:], self.pairs[::-1]):
                check(pairs[::2] == pairs[1::2], "half an extend", pairs)
            turned = self.turned[:]
            check(turned in (list(range(WIDTH)), list(range(WIDTH - 1, -1, -1))), "half a reverse", turned)
            check(len(self.cut) == 2 * WIDTH and self.cut[WIDTH] == WIDTH, "a slice of equal length moves nothing")
        if len(self.pairs) > 10 * WIDTH:
            self.pairs.clear()
        self.stack.append((index, number))
        self.added[index] += 1
        if random.below(3):
            try:
                self.taken[index].append(self.stack.pop())
            except IndexError:
                pass

    def end(self):
        seen = [item for taken in self.taken for item in taken] + self.stack
        check(len(seen) == len(set(seen)) == sum(self.added), "an append was lost or a pop doubled")


class Sorting:
    """A list that is sorted is empty meanwhile; who changes it then is noticed, and the items stay what they were."""

    def __init__(self):
        self.one_sorter = list(range(WIDTH))
        self.any_sorter = list(range(WIDTH))
        self.changed = list(range(WIDTH))

    def act(self, index, number, random):
        if index == 0:
            self.one_sorter.sort(key=lambda n: n * number % 61)
            try:
                self.changed.sort(key=lambda n: -n)
            except ValueError as error:
                check(str(error) == "list modified during sort", error)
            check(len(self.changed) >= WIDTH, "an item was lost")
            del self.changed[WIDTH:]
        elif index == 1:
            self.changed.append(self.changed.count(0))
        for shared in (self.one_sorter, self.any_sorter):
            copy = shared[:]
            check(not copy or sorted(copy) == list(range(WIDTH)), "half a sorted list", copy)
        if number % 8 == index:
            try:
                self.any_sorter.sort(reverse=bool(number % 16 < 8))
            except ValueError:
                pass

    def end(self):
        check(sorted(self.one_sorter) == list(range(WIDTH)), "an item was lost")
        check(self.any_sorter in (list(range(WIDTH)), list(range(WIDTH))[::-1]), "an item was lost", self.any_sorter)


class Searches:
    """remove takes out one item that is equal; index, count and comparisons look at items that were there."""

    def __init__(self):
        self.items = []
        self.kept = [[] for _ in range(THREADS)]
        self.alike = []
        self.left = [0] * THREADS
        self.either = [[1], [1]]

    def act(self, index, number, random):
        mine = (index, number)
        self.items.append(mine)
        self.kept[index].append(mine)
        check(self.items.count((index, -1)) == 0, "an item that was never there")
        for item in self.kept[index][-2:]:
            try:
                self.items.index(item)
                self.items.remove(item)
                self.kept[index].remove(item)
                check(item not in self.items, "another item was removed")
            except ValueError:
                # Items before it went while it was looked for.
                pass
        self.alike.append(f"text {number % 5}")
        self.left[index] += 1
        try:
            self.alike.remove(f"text {number * 3 % 5}")
            self.left[index] -= 1
        except ValueError:
            pass
        self.either[number % 2] = [1 + index % 2]
        check((self.either < [[3]]) is True and (self.either == [[0], [0]]) is False, "an item that was never there")

    def end(self):
        check(sorted(self.items) == sorted(item for kept in self.kept for item in kept), "lost or doubled")
        check(len(self.alike) == sum(self.left), "one of several equal items was removed for two")


class Dicts:
    """Every method of a dict is one step, but update, and what calls __eq__ or __hash__."""

    def __init__(self, kind):
        self.table = kind()
        self.moments = kind()
        self.pool = kind((n, n) for n in range(1000))
        self.made = kind()
        self.popped = [[] for _ in range(THREADS)]
        self.items = [[] for _ in range(THREADS)]

    def act(self, index, number, random):
        mine = [index]
        owner = self.made.setdefault(number, mine)
        check(owner is self.made[number] or number not in self.made, "setdefault had two winners")
        own = self.table
        own[index, number] = number
        check(own[index, number] == number and own.pop((index, number)) == number, "a key of one thread")
        if index == 0:
            self.moments["behind"] = number
            self.moments["ahead"] = number
        else:
            moment = self.moments.copy()
            check(moment.get("behind", 0) >= moment.get("ahead", 0), "a copy of two moments", moment)
        if (value := self.pool.pop(number, None)) is not None:
            self.popped[index].append(value)
        if number % 100 == 0 and self.pool:
            try:
                self.items[index].append(self.pool.popitem())
            except KeyError:
                pass

    def end(self):
        popped = [value for values in self.popped for value in values]
        popped += [value for items in self.items for _, value in items]
        check(len(popped) == len(set(popped)), "popped twice")
        check(sorted(popped + list(self.pool)) == list(range(1000)), "lost or doubled")


class Missing:
    """defaultdict: one value for each key, whoever makes one."""

    def __init__(self):
        self.table = defaultdict(list)
        self.added = [0] * THREADS

    def act(self, index, number, random):
        self.table[number // 4].append((index, number))
        self.added[index] += 1

    def end(self):
        check(sum(map(len, self.table.values())) == sum(self.added), "a value that was made was replaced")


class Sets:
    """add, discard, remove, pop and copy are one step each."""

    def __init__(self):
        self.shared = set()
        self.pool = set(range(1000))
        self.popped = [[] for _ in range(THREADS)]
        self.moments = set()

    def act(self, index, number, random):
        self.shared.add((index, number))
        check((index, number) in self.shared, "an element of one thread")
        self.shared.remove((index, number))
        try:
            self.popped[index].append(self.pool.pop())
        except KeyError:
            pass
        if index == 0:
            self.moments.add(("behind", number % 50))
            self.moments.add(("ahead", number % 50))
            self.moments.discard(("ahead", number % 50))
            self.moments.discard(("behind", number % 50))
        else:
            for moment in (self.moments.copy(), self.moments | set(), frozenset(self.moments)):
                for place, n in moment:
                    check(place == "behind" or ("behind", n) in moment, "a copy of two moments", moment)

    def end(self):
        popped = [element for elements in self.popped for element in elements]
        check(sorted(popped + list(self.pool)) == list(range(1000)) and not self.shared, "lost or doubled")


class Deques:
    """Every method of a deque is one step."""

    def __init__(self):
        self.line = deque()
        self.bounded = deque(maxlen=WIDTH)
        self.ring = deque(range(WIDTH))
        self.taken = [[] for _ in range(THREADS)]
        self.added = [0] * THREADS

    def act(self, index, number, random):
        self.line.append((index, number))
        self.added[index] += 1
        self.bounded.append(number)
        check(len(self.bounded) <= WIDTH, "longer than it may be")
        if random.below(4):
            try:
                self.taken[index].append(self.line.popleft())
            except IndexError:
                pass
        self.ring.rotate(1)
        ring = list(self.ring.copy())
        check(ring == list(range(ring[0], WIDTH)) + list(range(ring[0])), "half a rotation", ring)

    def end(self):
        seen = [item for taken in self.taken for item in taken] + list(self.line)
        check(len(seen) == len(set(seen)) == sum(self.added), "lost or doubled")
        for taken in self.taken:
            for index in range(THREADS):
                check(in_order([number for maker, number in taken if maker == index]), "not first in, first out")


class Bytearrays:
    """Every method of a bytearray is one step."""

    def __init__(self):
        self.uniform = bytearray(WIDTH)
        self.log = bytearray()
        self.added = [0] * THREADS

    def act(self, index, number, random):
        if index % 2:
            self.uniform[:] = bytes([number & 255]) * WIDTH
        else:
            for copy in (bytes(self.uniform), self.uniform[:], self.uniform.copy(), self.uniform + b""):
                check(copy.count(copy[0]) == WIDTH, "half a slice assignment", copy)
        self.log += bytes([index]) * 3
        self.added[index] += 3
        if random.below(2000) == 0:
            log = bytes(self.log)
            check(all(log[at] == log[at + 1] == log[at + 2] for at in range(0, len(log) - 2, 3)), "half an extend")

    def end(self):
        check(len(self.log) == sum(self.added), "an extend was lost")
        check(all(self.log.count(index) == self.added[index] for index in range(THREADS)), "an extend was lost")


class Constants:
    """What cannot change is the same for everybody, whatever is worked out late and kept in it."""

    @staticmethod
    def make():
        return [
            "text \u00e9 \U0001f600" * 9, b"bytes" * 9, (1, "two", (3.0,)), frozenset(range(99)), 1 << 200, 2.5, range(3, 99, 4),
            slice(1, None, 2),
        ]

    def __init__(self):
        self.shared = self.make()

    def act(self, index, number, random):
        if index == 0 and number % 20 == 0:
            self.shared = self.make()
        shared, fresh = self.shared, self.make()
        check(shared == fresh and list(map(hash, shared)) == list(map(hash, fresh)), "something has changed")
        text, other = shared[0], fresh[0]
        check(text.encode() == other.encode() and text[5:20] == other[5:20] and text.find("\u00e9", 9) == 13, "half a text")

    def end(self):
        check(self.shared == self.make(), "something has changed")


class Views:
    """Items of a memoryview are read and written whole, and the object keeps its size while there is one."""

    def __init__(self):
        self.bytes = bytearray(8 * WIDTH)
        self.view = memoryview(self.bytes).cast("Q")

    def act(self, index, number, random):
        at = random.below(WIDTH)
        self.view[at] = 0x0101010101010101 * (number % 256)
        word = self.view[random.below(WIDTH)]
        check(word == 0x0101010101010101 * (word & 255), "half an item", hex(word))
        try:
            self.bytes.append(0)
            check(False, "the size has changed")
        except BufferError:
            pass
        with memoryview(self.bytes)[8:16] as part:
            check(part.nbytes == 8, "half a view")

    def end(self):
        self.view.release()
        self.bytes.append(0)
        check(len(self.bytes) == 8 * WIDTH + 1, "a view is left")


class Iterators:
    """itertools.count gives each number once; a generator is run by one thread at a time."""

    def __init__(self):
        self.numbers = itertools.count()
        self.taken = [[] for _ in range(THREADS)]
        self.steps = self.generator()
        self.stepped = [[] for _ in range(THREADS)]

    def generator(self):
        step = 0
        while True:
            step += 1
            yield step

    def act(self, index, number, random):
        self.taken[index].append(next(self.numbers))
        try:
            self.stepped[index].append(next(self.steps))
        except ValueError:
            pass

    def end(self):
        for lists, what in ((self.taken, "count"), (self.stepped, "generator")):
            check(all(map(in_order, lists)), what, "goes back")
            numbers = sorted(number for numbers in lists for number in numbers)
            check(len(numbers) == len(set(numbers)), what, "gave a number twice")
            check(numbers == list(range(numbers[0], numbers[0] + len(numbers))), what, "left one out")


class Attributes:
    """Setting, reading and deleting an attribute is one step, on instances with and without slots, and on classes."""

    class Slotted:
        __slots__ = ("value", "gone")

    class Plain:
        pass

    def __init__(self):
        self.places = [self.Slotted(), self.Plain(), type("Made", (), {})]
        for place in self.places:
            place.value = (0, 0)
        self.places[1].count = 0
        self.calls = [0] * THREADS

    def act(self, index, number, random):
        for place in self.places:
            place.value = (number, number)
            a, b = place.value
            check(a == b, "half an attribute")
            try:
                place.gone = index
                del place.gone
            except AttributeError:
                pass
            check(getattr(place, "gone", 0) in range(THREADS), "an attribute nobody set")
        self.calls[index] += 1
        self.places[1].count += 1

    def end(self):
        # Two steps: additions may be lost, but none is done twice.
        check(0 < self.places[1].count <= sum(self.calls), "counted twice")


class Classes:
    """Who looks something up after `__class__` or `__bases__` was set finds what the old or the new classes have."""

    class Left:
        name = "left"

        def who(self):
            return "left", type(self).__name__

    class Right:
        name = "right"

        def who(self):
            return "right", type(self).__name__

    class Under(Left):
        pass

    def __init__(self):
        self.thing = self.Left()
        self.under = self.Under()

    def act(self, index, number, random):
        sides = self.Left, self.Right
        if index < 2:
            self.thing.__class__ = sides[number % 2]
            if number % 50 == index:
                self.Under.__bases__ = (sides[number // 50 % 2],)
        check(self.thing.name in ("left", "right") and self.under.name in ("left", "right"), "neither class")
        side, name = self.thing.who()
        check(side in ("left", "right") and name in ("Left", "Right"), "neither class")
        side, name = self.under.who()
        check(side in ("left", "right") and name == "Under", "neither class")
        check(self.Under.__mro__[1] in sides and self.Under.__mro__[2:] == (object,), "neither class")

    def end(self):
        check(self.under.who()[0] == self.Under.__bases__[0].name == self.under.name, "an old class")


class Locks:
    """What one thread did before it released a lock, the next one that takes it sees."""

    def __init__(self):
        self.locks = [threading.Lock(), threading.RLock(), threading.Condition(), threading.Semaphore(1)]
        self.counts = [0] * len(self.locks)
        self.calls = [0] * THREADS

    def act(self, index, number, random):
        for at, lock in enumerate(self.locks):
            with lock:
                self.counts[at] += 1
        self.calls[index] += 1

    def end(self):
        check(self.counts == [sum(self.calls)] * len(self.locks), "a count was lost")


class Queues:
    """queue.SimpleQueue and queue.Queue: each item once, those of one thread in their order."""

    def __init__(self):
        self.queues = [queue.SimpleQueue(), queue.Queue(), queue.Queue(THREADS)]
        self.taken = [[[] for _ in range(THREADS)] for _ in self.queues]
        self.added = [0] * THREADS

    def act(self, index, number, random):
        for each, taken in zip(self.queues, self.taken):
            each.put((index, number))
            taken[index].append(each.get())
        self.added[index] += 1

    def end(self):
        for each, lists in zip(self.queues, self.taken):
            check(each.empty(), "something is left")
            seen = [item for taken in lists for item in taken]
            check(len(seen) == len(set(seen)) == sum(self.added), "lost or doubled")
            for taken in lists:
                for index in range(THREADS):
                    check(in_order([n for maker, n in taken if maker == index]), "not first in, first out")


class Primitives:
    """The module `ashore`: no update is lost."""

    def __init__(self):
        self.number, self.counter, self.table = AtomicInt(), ShardedCounter(), ConcurrentMap()
        self.cell = AtomicReference(())
        self.calls = [0] * THREADS

    def act(self, index, number, random):
        self.number.add()
        self.counter.add(2)
        self.table.add(number % 100)
        self.table.compute("most", lambda most: max(most, number), 0)
        self.table[index, number] = number
        check(self.table.pop((index, number)) == number, "a key of one thread")
        self.cell.update(lambda top: (top, index) if number % 100 else ())
        self.calls[index] = number

    def end(self):
        total = sum(self.calls)
        check(self.number.get() == total and self.counter.get() == 2 * total, "an addition was lost")
        check(sum(self.table.get(n, 0) for n in range(100)) == total, "an update was lost")
        check(self.table["most"] == max(self.calls) and len(self.table) <= 101, "an update was lost")


KINDS = [
    Publication,
    Lists,
    Sorting,
    Searches,
    lambda: Dicts(dict),
    lambda: Dicts(OrderedDict),
    Missing,
    Sets,
    Deques,
    Bytearrays,
    Constants,
    Views,
    Iterators,
    Attributes,
    Classes,
    Locks,
    Queues,
    Primitives,
]
cases = [make() for make in KINDS]


def work(index, running):
    random = Random(index + 1)
    number = 0
    while running():
        for _ in range(50):
            number += 1
            for case in cases:
                case.act(index, number, random)
    return number


turns = sum(hammer(work))
for case in cases:
    case.end()
cases.clear()
print(f"guarantees: {len(KINDS)} kinds hold, {turns} turns")
