"""One list appended to, popped from, indexed, sliced and iterated by all threads; no item is lost or doubled."""

from common.hammer import Random, check, hammer

shared = []


def work(index, running):
    random = Random(index + 1)
    added = 0
    taken = []
    while running():
        for _ in range(200):
            action = random.below(8)
            if action < 3:
                shared.append((index, added))
                added += 1
            elif action == 3:
                shared.extend([(index, added), (index, added + 1)])
                added += 2
            elif action == 4:
                shared.insert(random.below(50), (index, added))
                added += 1
            elif action == 5:
                try:
                    taken.append(shared.pop())
                except IndexError:
                    pass
            elif action == 6:
                try:
                    thread, number = shared[random.below(len(shared) + 1)]
                    check(0 <= thread < 8 and number >= 0, thread, number)
                except IndexError:
                    pass
            else:
                for thread, number in shared[-5:]:
                    check(0 <= thread < 8 and number >= 0, thread, number)
        while len(shared) > 2000:
            try:
                taken.append(shared.pop(random.below(3)))
            except IndexError:
                pass
        for item in shared:
            check(len(item) == 2, item)
    return added, taken


results = hammer(work)
seen = set(shared)
total = len(shared)
for added, taken in results:
    seen.update(taken)
    total += len(taken)
expected = sum(added for added, _ in results)
check(total == expected, "lost or doubled", total, expected)
check(len(seen) == expected, "doubled", len(seen), expected)
for index, (added, _) in enumerate(results):
    for number in range(added):
        check((index, number) in seen, "lost", index, number)
check(expected > 100, "nothing happened", expected)
print("lists: no item lost")
