"""One dict written, read, deleted from and iterated by all threads; each thread finds its own keys as it left them."""

from common.hammer import Random, check, hammer

shared = {}
winners = {}


def work(index, running):
    random = Random(index + 1)
    mine = {}
    won = []
    rounds = 0
    while running():
        for _ in range(200):
            action = random.below(8)
            key = f"{index}:{random.below(300)}"
            if action < 3:
                value = [index, random.below(1000)]
                shared[key] = value
                mine[key] = value
            elif action == 3:
                check(shared.pop(key, None) is mine.pop(key, None), "pop", key)
            elif action == 4:
                check(shared.get(key) is mine.get(key), "get", key)
            elif action == 5:
                other = f"{random.below(8)}:{random.below(300)}"
                value = shared.get(other)
                check(value is None or other.startswith(f"{value[0]}:"), "foreign", other, value)
            elif action == 6:
                shared.update({key: (value := [index, 0])})
                mine[key] = value
            else:
                check((key in shared) == (key in mine), "in", key)
        # Of all threads that offer a value for a new key, one wins, and all see it.
        for n in range(rounds * 20, rounds * 20 + 20):
            if winners.setdefault(n, index) == index:
                won.append(n)
        rounds += 1
        try:
            for key, value in shared.items():
                check(key.startswith(f"{value[0]}:"), "iteration", key, value)
        except RuntimeError:
            pass
        for key, value in list(shared.items()):
            check(key.startswith(f"{value[0]}:"), "copy", key, value)
    return mine, won


results = hammer(work)
total = 0
claims = {}
for mine, won in results:
    total += len(mine)
    for key, value in mine.items():
        check(shared[key] is value, "lost", key)
    for n in won:
        check(n not in claims, "two winners", n)
        claims[n] = True
check(len(shared) == total, "size", len(shared), total)
check(len(claims) == len(winners), "winners", len(claims), len(winners))
check(total > 0 and len(winners) > 0, "nothing happened")
print("dicts: no key lost")
