"""Exceptions that one thread raises and others find: what they take along is whole, whoever changes, raises or drops it."""

import sys

from common.hammer import Random, check, hammer

SLOTS = 16
caught = [None] * SLOTS
groups = [None] * SLOTS


class Thing:
    def __init__(self, index):
        self.pair = [index, str(index) * 3]


class Odd(Exception):
    def __init__(self, index, thing):
        super().__init__(index, [str(index), thing])
        self.thing = thing


def whole(thing):
    check(type(thing) is Thing and thing.pair[1] == str(thing.pair[0]) * 3, "corpse")


def fail(index):
    here = Thing(index)
    kept = [here, (here, str(index))]
    if here.pair[0] % 2:
        raise Odd(index, here)
    return kept[index + 5]


def chained(index):
    there = Thing(index)
    try:
        fail(index)
    except Odd as error:
        raise ValueError(there, [there]) from error
    finally:
        whole(there)


def catch(index, function):
    try:
        function(index)
    except (Odd, ValueError, IndexError) as error:
        return error
    check(False, "not raised")


def look(error):
    depth = 0
    while error is not None and depth < 4:
        check(isinstance(error, Exception), type(error))
        for argument in error.args:
            if type(argument) is Thing:
                whole(argument)
            elif type(argument) is list:
                whole(argument[-1])
        if isinstance(error, Odd):
            whole(error.thing)
        entry = error.__traceback__
        while entry is not None:
            check(0 < entry.tb_lineno < 1000, entry.tb_lineno)
            for value in entry.tb_frame.f_locals.values():
                if type(value) is Thing:
                    whole(value)
            entry = entry.tb_next
        error = error.__cause__ or error.__context__
        depth += 1


def work(index, running):
    random = Random(index + 1)
    looked = 0
    while running():
        for _ in range(20):
            place = random.below(SLOTS)
            action = random.below(8)
            error = catch(index, chained if action % 2 else fail)
            if action < 3:
                caught[place] = error
            elif action == 3:
                groups[place] = ExceptionGroup("several", [error, catch(index, fail)])
            elif action == 4:
                found = caught[place]
                if found is not None:
                    try:
                        raise found
                    except Exception as again:
                        look(again)
            elif action == 5:
                found = caught[place]
                if found is not None:
                    found.args = Thing(index), [Thing(index)]
                    found.__context__ = error
                    found.__traceback__ = error.__traceback__
            elif action == 6 and groups[place] is not None:
                for found in groups[place].exceptions:
                    look(found)
            elif action == 7 and random.below(4) == 0:
                for handled in sys._current_exceptions().values():
                    look(handled)
                caught[place] = groups[place] = None
            look(caught[place])
            del error
            looked += 1
    return looked


check(sum(hammer(work)) > 0, "nothing happened")
caught.clear()
groups.clear()
print("exceptions: each was whole")
