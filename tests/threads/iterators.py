"""Iterators of all builtin containers, private and shared between threads, while other threads change the container.

An iterator may complain, skip and repeat; it never gives what was never in its container.
"""

from common.hammer import Random, check, hammer

KEYS = 40


class Key:
    """Compared by calling: searches for it leave the lock-free path."""

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number % 7

    def __eq__(self, other):
        return isinstance(other, Key) and self.number == other.number


def mark(owner, n):
    """A value that tells who made it and under which key."""
    return ["value", owner, n]


items = []
table = {}
keyed = {}
members = set()
shared = {}


def is_key(key):
    return type(key) is str and key.startswith("key ") and 0 <= int(key[4:]) < KEYS


def is_value(value):
    return type(value) is list and len(value) == 3 and value[0] == "value" and 0 <= value[2] < KEYS


def is_item(item):
    key, value = item
    return is_key(key) and is_value(value) and key == f"key {value[2]}"


def is_keyed(item):
    key, value = item
    return type(key) is Key and is_value(value) and key.number == value[2]


def is_member(member):
    return type(member) is tuple and member[0] == "member" and 0 <= member[1] < KEYS


def is_numbered(pair):
    return type(pair[0]) is int and pair[0] >= 0 and is_key(pair[1])


def is_zipped(triple):
    return is_value(triple[0]) and is_key(triple[1]) and is_member(triple[2])


# How each kind of iterator is made, and what it may give.
KINDS = [
    (lambda: iter(items), is_value),
    (lambda: reversed(items), is_value),
    (lambda: iter(table), is_key),
    (lambda: iter(table.keys()), is_key),
    (lambda: iter(table.values()), is_value),
    (lambda: iter(table.items()), is_item),
    (lambda: reversed(table), is_key),
    (lambda: reversed(table.values()), is_value),
    (lambda: reversed(table.items()), is_item),
    (lambda: iter(keyed.items()), is_keyed),
    (lambda: iter(members), is_member),
    (lambda: enumerate(table), is_numbered),
    (lambda: zip(items, table, members), is_zipped),
    (lambda: map(lambda key: key, table), is_key),
    (lambda: filter(None, items), is_value),
]


def change(index, random):
    """Changes one of the containers."""
    n = random.below(KEYS)
    action = random.below(16)
    if action == 0:
        items.append(mark(index, n))
    elif action == 1:
        items.insert(random.below(8), mark(index, n))
    elif action == 2:
        if items:
            try:
                items.pop(random.below(4))
            except IndexError:
                pass
    elif action == 3:
        if len(items) > 60:
            del items[:30]
    elif action in (4, 5, 6):
        table[f"key {n}"] = mark(index, n)
    elif action == 7:
        table.pop(f"key {n}", None)
    elif action == 8:
        try:
            table.popitem()
        except KeyError:
            pass
    elif action == 9:
        keyed[Key(n)] = mark(index, n)
    elif action == 10:
        keyed.pop(Key(n), None)
    elif action in (11, 12):
        members.add(("member", n))
    elif action == 13:
        members.discard(("member", n))
    elif action == 14:
        try:
            members.pop()
        except KeyError:
            pass
    elif random.below(50) == 0:
        table.clear()
        keyed.clear()
        members.clear()
        items.clear()


def advance(iterator, valid, steps):
    """Takes some steps; tells whether the iterator is still good."""
    for _ in range(steps):
        try:
            item = next(iterator)
        except StopIteration:
            return False
        except RuntimeError as error:
            check("changed" in str(error), str(error))
            return False
        check(valid(item), "never in there", item)
    return True


def work(index, running):
    random = Random(index + 1)
    walks = 0
    while running():
        for _ in range(60):
            change(index, random)
        kind = random.below(len(KINDS))
        make, valid = KINDS[kind]
        # An iterator of its own, to the end.
        iterator = make()
        while advance(iterator, valid, 8):
            change(index, random)
            walks += 1
        # One that others may be stepping at the same time.
        iterator = shared.get(kind)
        if iterator is None or not advance(iterator, valid, 5):
            shared[kind] = make()
    return walks


check(sum(hammer(work)) > 0, "nothing happened")
print("iterators: nothing made up")
