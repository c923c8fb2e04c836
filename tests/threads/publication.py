"""Lists inside lists, tuples and instances that become known to other threads together with what contains them, on many ways.

The threads meet; one builds an inner list that only it can reach, wraps it, and lets the others find the wrapping; then all
append to the inner list at once. If it were taken for private still, items would be lost.
"""

import copy
import threading
import weakref

from common.hammer import THREADS, check, hammer

EACH = 40


class Holder:
    pass


class Box:
    def __init__(self, held):
        self.held = held

    def get(self):
        return self.held


class Slotted:
    __slots__ = ("held",)


class Items(list):
    pass


class Table(dict):
    pass


def set_on(box, inner):
    box.held = inner
    return box


def set_often(inner):
    box = Box(0)
    for held in 1, 2.5, "", inner, 3, inner:
        box.held = held
    return box


def among_many(inner):
    box = Box(inner)
    for number in range(20):
        setattr(box, f"a{number}", (number, [number]))
    return Box(box)


def in_a_chain(inner):
    for _ in range(500):
        inner = Box(inner)
    return inner


def with_a_dict(inner):
    box = Box(None)
    vars(box)["held"] = inner
    return Box(box)


def with_its_dict(inner):
    box, other = Box(Box(inner)), Box(None)
    other.__dict__ = vars(box)
    return other


def through_a_weakref(inner):
    box = Box(None)
    reference = weakref.ref(box)
    box.held = Box([inner])
    return reference().held


def of_another_class(inner):
    box = Holder()
    box.held = inner
    box.__class__ = Box
    return box


def with_attributes(inner):
    def function():
        return function.held

    function.held = Box(inner)
    return Box(function)


def filled_late(inner, known):
    known[:] = [Box(None)]
    known[0].held = Box([inner])
    return known[0]


def deep(inner):
    for _ in range(50):
        inner = [inner]
    return inner


def closure_over(value):
    return lambda: value


def generate(value):
    while True:
        yield value


def sliced(inner):
    return [None, inner, None][1:2]


def extended(inner, known):
    known.extend([[inner]])
    return known[-1]


def spliced(inner, known):
    known[:] = [(inner,)]
    return known[0]


def sorted_in_place(inner, known):
    known.clear()
    known.append(3)

    def key(item):
        return 0

    known.append((inner,))
    known.sort(key=key)
    return known[-1]


def inserted(inner, known):
    known.insert(0, [inner])
    return known[0]


def replaced(inner, known):
    known[:] = [None]
    known[0] = ((inner,),)
    return known[0][0]


def starred(inner):
    def collect(*items, **named):
        return items, named

    return collect(inner, name=inner)


# Each gives what the other threads find, from the inner list and a list that they know already.
WRAPPINGS = [
    lambda inner, known: [inner],
    lambda inner, known: (inner,),
    lambda inner, known: [1.5, (inner, [2])],
    lambda inner, known: deep(inner),
    lambda inner, known: [inner] * 3,
    lambda inner, known: [None] + [inner],
    lambda inner, known: sliced(inner),
    lambda inner, known: list((inner,)),
    lambda inner, known: tuple([inner]),
    lambda inner, known: sorted([[inner]])[0],
    lambda inner, known: closure_over([inner]),
    lambda inner, known: generate([inner]),
    lambda inner, known: starred(inner),
    lambda inner, known: [item for item in [inner]],
    lambda inner, known: {"key": [inner]},
    lambda inner, known: list(zip([inner], [inner])),
    lambda inner, known: list(reversed([inner])),
    lambda inner, known: [inner].copy,
    lambda inner, known: iter([inner]),
    lambda inner, known: Box(Box(inner)),
    lambda inner, known: Box([(Box(inner),)]),
    lambda inner, known: Box(Box(inner)).get,
    lambda inner, known: set_on(Slotted(), inner),
    lambda inner, known: set_on(Items([1]), Box(inner)),
    lambda inner, known: set_on(Table(), Box(inner)),
    lambda inner, known: set_on(ValueError(), Box(inner)),
    lambda inner, known: set_often(inner),
    lambda inner, known: among_many(inner),
    lambda inner, known: in_a_chain(inner),
    lambda inner, known: with_a_dict(inner),
    lambda inner, known: with_its_dict(inner),
    lambda inner, known: through_a_weakref(inner),
    lambda inner, known: of_another_class(inner),
    lambda inner, known: with_attributes(inner),
    lambda inner, known: copy.copy(Box(inner)),
    filled_late,
    extended,
    spliced,
    sorted_in_place,
    inserted,
    replaced,
]


def innermost(wrapping):
    """The inner list, however it is wrapped."""
    while True:
        if hasattr(wrapping, "held"):
            wrapping = wrapping.held
        elif isinstance(wrapping, dict):
            wrapping = wrapping["key"]
        elif isinstance(wrapping, ListIterator):
            wrapping = wrapping.__reduce__()[1][0]
        elif isinstance(wrapping, Generator):
            with generators:
                wrapping = next(wrapping)
        elif callable(wrapping):
            wrapping = wrapping()
        elif wrapping[0] == "inner":
            return wrapping
        elif wrapping[0] is None or isinstance(wrapping[0], float):
            wrapping = wrapping[1]
        else:
            wrapping = wrapping[0]


generators = threading.Lock()
ListIterator = type(iter([]))
Generator = type(generate(0))
known = []
place = Holder()
place.wrapping = None
barrier = threading.Barrier(THREADS)


def work(index, running):
    rounds = 0
    while True:
        if barrier.wait() == 0:
            place.go_on = running()
        barrier.wait()
        if not place.go_on:
            return rounds
        number = rounds % len(WRAPPINGS)
        if rounds % THREADS == index:
            inner = ["inner"]
            wrapping = WRAPPINGS[number](inner, known)
            place.wrapping = wrapping
        barrier.wait()
        found = innermost(place.wrapping)
        for item in range(EACH):
            found.append(item)
        barrier.wait()
        if rounds % THREADS == index:
            check(len(inner) == 1 + EACH * THREADS, number, len(inner))
            check(sum(inner[1:]) == THREADS * EACH * (EACH - 1) // 2, number)
        rounds += 1


results = hammer(work)
check(len(set(results)) == 1 and results[0] > 0, results)
print("publication: no item lost")
