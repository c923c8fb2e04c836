"""One set added to, discarded from, tested and combined by all threads."""

from common.hammer import Random, check, hammer

shared = set()


def work(index, running):
    random = Random(index + 1)
    mine = set()
    while running():
        for _ in range(300):
            action = random.below(6)
            item = index, random.below(400)
            if action < 2:
                shared.add(item)
                mine.add(item)
            elif action == 2:
                shared.discard(item)
                mine.discard(item)
            elif action == 3:
                check((item in shared) == (item in mine), "in", item)
            elif action == 4:
                items = {(index, n) for n in range(400, 410)}
                shared.update(items)
                check(items <= shared, "update", index)
                shared.difference_update(items)
                check(not items & shared, "difference_update", index)
            else:
                other = random.below(8), random.below(400)
                check((other in shared) in (True, False), other)
        for thread, number in list(shared):
            check(0 <= thread < 8 and 0 <= number < 410, thread, number)
        try:
            for thread, number in shared:
                check(0 <= thread < 8 and 0 <= number < 410, thread, number)
        except RuntimeError:
            pass
        check({item for item in shared.copy() if item[0] == index} == mine, "copy", index)
    return mine


results = hammer(work)
everything = set()
for mine in results:
    everything |= mine
check(shared == everything, "lost", len(shared ^ everything))
check(len(shared) == sum(len(mine) for mine in results), "size")
check(len(shared) > 0, "nothing happened")
print("sets: no member lost")
