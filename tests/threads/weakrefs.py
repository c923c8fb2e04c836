"""Weak references made, read and dropped by all threads while their objects die: an object or None, never a corpse."""

from _weakref import ProxyType, getweakrefcount, getweakrefs, proxy, ref

from common.hammer import Random, check, hammer

SLOTS = 16


class Thing:
    def __init__(self, owner, number):
        self.owner = owner
        self.number = number
        self.pair = [owner, number]


class Key(ref):
    __slots__ = ("key",)


strong = [Thing(-1, n) for n in range(SLOTS)]
weak = [ref(thing) for thing in strong]
told = [0] * 8
cycles = [None] * SLOTS


def whole(thing):
    check(type(thing) is Thing and thing.pair == [thing.owner, thing.number], "corpse")


def work(index, running):
    random = Random(index + 1)
    made = 0
    kept = []
    expected = 0

    def callback(reference):
        nonlocal expected
        expected += 1
        check(reference() is None, "called for the living")

    while running():
        for _ in range(100):
            place = random.below(SLOTS)
            action = random.below(10)
            if action < 2:
                thing = Thing(index, made)
                made += 1
                weak[place] = ref(thing)
                strong[place] = thing
                del thing
            elif action < 5:
                thing = weak[place]()
                if thing is not None:
                    whole(thing)
                    check(weak[place] is not None and ref(thing) is ref(thing), "shared")
                    del thing
            elif action == 5:
                thing = strong[place]
                kept.append(ref(thing, callback))
                whole(thing)
                del thing
            elif action == 6:
                thing = strong[place]
                key = Key(thing)
                key.key = place
                check(key() is thing and key.key == place, "key")
                check(all(type(known) in (ref, Key, ProxyType) for known in getweakrefs(thing)), "list")
                check(getweakrefcount(thing) >= 1, "count")
                del thing
            elif action == 7:
                thing = strong[place]
                try:
                    check(proxy(thing).number == thing.number, "proxy")
                finally:
                    del thing
            elif action == 8:
                # In a cycle, so that the collector clears the references.
                thing = Thing(index, made)
                thing.me = thing
                cycles[place] = ref(thing)
                kept.append(ref(thing, callback))
                del thing
            else:
                reference = cycles[place]
                thing = reference() if reference is not None else None
                if thing is not None:
                    whole(thing)
                    check(thing.me is thing, "cycle")
                    del thing
        del kept[:-50]
    return made, expected


results = hammer(work)
check(sum(made for made, _ in results) > 100, "nothing happened")
check(sum(called for _, called in results) > 0, "no callback was called")
strong.clear()
print("weakrefs: no corpse was seen")
