"""Dicts of few keys: what they hold while keys of all sorts come and go, and what iterators see of that."""

import random


class Key:
    """Equal to a string with the same hash, which asks Python code."""

    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        return self.text == (other.text if isinstance(other, Key) else other)

    def __repr__(self):
        return f"Key({self.text!r})"


class Text(str):
    pass


SORTS = [
    ["a", "b", "c", "d", "e", "f", "g"],
    [0, 1, 2, 128, 256, -1, 2**61 - 1],
    ["a", 1, "b", 129, "", -2, 2**70],
    ["a", Key("a"), Text("b"), "b", 1, 1.0, True],
    [(1, "a"), (1, "b"), "a", None, 1.5, b"a", frozenset()],
]


def step(random, table, pairs, keys):
    """One operation on a dict and on the list of pairs that says what is right."""
    key = random.choice(keys)
    place = next((i for i, (known, _) in enumerate(pairs) if known == key), None)
    match random.randrange(7):
        case 0 | 1 | 2:
            value = random.random()
            table[key] = value
            if place is None:
                pairs.append([key, value])
            else:
                pairs[place][1] = value
        case 3:
            assert table.pop(key, None) == (None if place is None else pairs.pop(place)[1])
        case 4:
            assert (key in table) == (place is not None)
            assert table.get(key, "no") == ("no" if place is None else pairs[place][1])
        case 5 if pairs:
            assert table.popitem() == tuple(pairs.pop())
        case 6:
            value = table.setdefault(key, 7)
            if place is None:
                pairs.append([key, 7])
            assert value == (7 if place is None else pairs[place][1])
    assert list(table) == [known for known, _ in pairs]
    assert list(map(type, table)) == [type(known) for known, _ in pairs]
    assert [[*item] for item in table.items()] == pairs
    assert [*reversed(table)] == [known for known, _ in reversed(pairs)]
    copy = dict(table)
    assert copy == table and {**table} == copy and len(copy) == len(pairs)


def churn(seed, keys):
    chance = random.Random(seed)
    table, pairs = {}, []
    for _ in range(300):
        step(chance, table, pairs, keys)
        if chance.random() < 0.02:
            table.clear()
            pairs.clear()
    return table


def changed_while_iterated(keys, make):
    """Deletes each key and adds another: how far an iterator gets depends on the room there is."""
    table = make()
    seen = []
    try:
        for key in table:
            seen.append(key)
            del table[key]
            table[keys[len(seen) % len(keys)], len(seen)] = None
    except RuntimeError as error:
        seen.append(str(error))
    return seen


def replaced_while_iterated(make, new):
    table = make()
    seen = []
    try:
        for key in table:
            seen.append(key)
            table.pop(key)
            table[next(new)] = None
    except RuntimeError as error:
        seen.append(str(error))
    return seen


def main():
    for keys in SORTS:
        print(*[churn(seed, keys) for seed in range(20)], sep="\n")
    print(changed_while_iterated("ab", lambda: {"a": 1}))
    for count in range(1, 7):
        names = "abcdef"[:count]
        added = lambda: {name: 1 for name in names}
        copied = lambda: dict(added())
        for make in (added, copied):
            print(count, replaced_while_iterated(make, iter("ghijklmnopqrstuvwxyz")))


main()
