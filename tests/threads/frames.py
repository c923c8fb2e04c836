"""Frames that run on one thread, looked at and written to by all others: variables are whole, lines are lines."""

import sys

from common.hammer import Random, check, hammer

SLOTS = 16
frames = [None] * SLOTS
suspended = [None] * SLOTS
# A variable of each function that other threads write to.
WRITTEN = {"leaf": "mine", "middle": "passed", "walk": "kept"}


class Thing:
    def __init__(self, owner, number):
        self.owner = owner
        self.pair = [owner, number]


def whole(thing):
    check(type(thing) is Thing and thing.pair[0] == thing.owner, "corpse")


def leaf(index, number, place):
    mine = Thing(index, number)
    cell = [mine]
    frames[place] = sys._getframe()
    for step in range(3):
        more = Thing(index, step)
        cell = [mine, more]
    whole(mine)
    whole(more)
    return lambda: cell


def middle(index, number, place):
    passed = Thing(index, number)
    result = leaf(index, number, place)
    whole(passed)
    return result


def walk(index, n):
    kept = Thing(index, n)
    frame = sys._getframe()
    for number in range(n):
        kept = Thing(index, number)
        yield kept, frame
    whole(kept)


def look(random, frame):
    depth = 0
    while frame is not None and depth < 6:
        try:
            variables = frame.f_locals
        except RuntimeError:
            # It runs as native code.
            frame = frame.f_back
            continue
        check(0 < frame.f_lineno < 10_000, frame.f_lineno)
        for value in variables.values():
            if type(value) is Thing:
                whole(value)
        written = WRITTEN.get(frame.f_code.co_name)
        if written is not None:
            check(type(variables["index"]) is int, "index")
            if random.below(3) == 0:
                variables[written] = Thing(-1, depth)
        frame = frame.f_back
        depth += 1


def work(index, running):
    random = Random(index + 1)
    looked = 0
    generator = walk(index, 3)
    while running():
        for _ in range(20):
            place = random.below(SLOTS)
            action = random.below(6)
            if action < 2:
                middle(index, looked, place)
            elif action == 2:
                try:
                    thing, frame = next(generator)
                    whole(thing)
                    frames[place] = frame
                    suspended[place] = generator
                    del frame
                except StopIteration:
                    generator = walk(index, 3)
            elif action == 3:
                other = suspended[place]
                if other is not None:
                    frame = other.gi_frame
                    if frame is not None:
                        look(random, frame)
                    del frame
                del other
            elif action == 4 and random.below(4) == 0:
                frames[place] = suspended[place] = None
            else:
                look(random, frames[place])
                looked += 1
    return looked


results = hammer(work)
check(sum(results) > 100, "nothing was looked at")
frames.clear()
suspended.clear()
print("frames: variables were whole")
