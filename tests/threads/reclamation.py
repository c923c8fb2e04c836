"""What all threads may read is let go of forever, small and large, by those who made it and by others: memory stays bounded."""

import resource

from common.hammer import Random, check, hammer

SLOTS = 16
LARGE = 200_000
# In kilobytes: eight threads with sixteen megabytes each that wait to be freed, and what lies between them.
LIMIT = 480 << 10

slots = [None] * SLOTS


class Thing:
    def __init__(self, index):
        self.index = index
        self.name = str(index) * 3


def make(index):
    kind = index % 5
    if kind == 0:
        return bytes([index]) * LARGE
    if kind == 1:
        return chr(48 + index) * LARGE
    if kind == 2:
        return (index,) * (LARGE // 8)
    if kind == 3:
        return [index] * (LARGE // 8)
    return [Thing(index) for _ in range(100)]


def whole(value):
    if value is not None:
        first, last = value[0], value[-1]
        if isinstance(first, Thing):
            first, last = first.name, last.name
        check(first == last, "corpse")


def peak():
    """In kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def work(index, running):
    random = Random(index + 1)
    made = 0
    while running():
        for _ in range(20):
            place = random.below(SLOTS)
            slots[place] = make(index)
            whole(slots[random.below(SLOTS)])
            made += 1
    return made


before = peak()
made = sum(hammer(work))
grown = peak() - before
check(grown < LIMIT, grown, made)
slots.clear()
print("reclamation: memory stays bounded")
