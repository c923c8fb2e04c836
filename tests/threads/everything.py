"""A random mix of operations on containers inside containers, all shared."""

from common.hammer import Random, check, hammer


class Box:
    def __init__(self, value):
        self.value = value


def fresh(n):
    return [n, [n], {n: [n]}, {n}, (n, [n]), Box([n]), f"text {n}", 2**70 + n, n / 7][n % 9]


world = [fresh(n) for n in range(64)]
names = {f"name{n}": fresh(n) for n in range(64)}


def touch(thing, random):
    """Does something to an object that others may be changing."""
    kind = type(thing)
    if kind is list:
        if len(thing) < 50:
            thing.append(random.below(10))
        else:
            thing.clear()
        thing.sort(key=str)
        return len(thing)
    if kind is dict:
        thing[random.below(20)] = [random.below(5)]
        thing.pop(random.below(20), None)
        return len(thing)
    if kind is set:
        thing.add(random.below(30))
        thing.discard(random.below(30))
        return len(thing)
    if kind is tuple:
        return touch(thing[1], random)
    if kind is Box:
        thing.value = thing.value[-20:] + [random.below(3)]
        return len(thing.value)
    if kind is str:
        return len(thing + thing[:3])
    return hash(thing) & 7


def work(index, running):
    random = Random(index + 1)
    done = 0
    while running():
        for _ in range(200):
            place = random.below(64)
            action = random.below(6)
            try:
                if action == 0:
                    world[place] = fresh(random.below(1000))
                elif action == 1:
                    names[f"name{place}"] = world[place]
                elif action == 2:
                    world[place] = names.pop(f"name{place}", None) or fresh(place)
                elif action == 3:
                    world[place], world[place - 1] = world[place - 1], world[place]
                elif action == 4:
                    check(isinstance(repr(world[place]), str), "repr")
                else:
                    touch(world[place], random)
            except (RuntimeError, IndexError, ValueError) as error:
                # Others changed it in the middle: it says so, and goes on.
                check("changed" in str(error) or "modified" in str(error) or "mutated" in str(error), str(error))
            done += 1
        check(len(world) == 64, "size of the world")
        check(all(thing is not None for thing in world), "a hole in the world")
    return done


check(sum(hammer(work)) > 0, "nothing happened")
print("everything: the world is whole")
