"""Objects handed from thread to thread; each is finalised exactly once, wherever its last reference goes."""

import threading
import time

from common.hammer import Random, check, hammer

SLOTS = 32


class Tracked:
    """Counts its makings and its ends, on whatever thread they happen."""

    made = [0] * 8
    ended = {}
    # Finalisers may run inside one another.
    lock = threading.RLock()

    def __init__(self, index):
        self.number = index, Tracked.made[index]
        Tracked.made[index] += 1

    def __del__(self):
        with Tracked.lock:
            Tracked.ended[self.number] = Tracked.ended.get(self.number, 0) + 1


slots = [None] * SLOTS
table = {}


class Holder:
    item = None


holder = Holder()


def work(index, running):
    random = Random(index + 1)
    kept = []
    while running():
        for _ in range(100):
            action = random.below(8)
            if action < 2:
                slots[random.below(SLOTS)] = Tracked(index)
            elif action == 2:
                table[random.below(SLOTS)] = Tracked(index)
            elif action == 3:
                kept.append(slots[random.below(SLOTS)])
            elif action == 4:
                kept.append(table.pop(random.below(SLOTS), None))
            elif action == 5:
                kept.clear()
            elif action == 6:
                holder.item = Tracked(index)
            else:
                item = holder.item
                pair = (item, [item, {0: item}])
                check(item is None or pair[1][1][0].number == item.number, "another object")
        del kept[:-20]


hammer(work)
slots.clear()
table.clear()
holder.item = None
made = sum(Tracked.made)
# An object that many threads fought over may wait for the collector: give it something to collect.
deadline = time.monotonic() + 10
while len(Tracked.ended) < made and time.monotonic() < deadline:
    for _ in range(1000):
        cycle = []
        cycle.append(cycle)
with Tracked.lock:
    ends = dict(Tracked.ended)
check(all(times == 1 for times in ends.values()), "finalised twice")
check(len(ends) == made, "never finalised", made - len(ends))
check(made > 100, "nothing happened", made)
print("lifetimes: each object ended once")
