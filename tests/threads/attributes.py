"""Attributes of shared instances and classes set, read and deleted by all threads."""

from common.hammer import Random, check, hammer


class Shared:
    constant = "constant"
    changing = 0

    def method(self):
        return "method", self.changing

    @property
    def computed(self):
        return self.changing


class Slotted:
    __slots__ = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"]


objects = [Shared() for _ in range(4)]
slotted = Slotted()


def work(index, running):
    random = Random(index + 1)
    mine = [{} for _ in objects]
    slot = f"a{index}"
    written = 0
    while running():
        for _ in range(300):
            action = random.below(9)
            n = random.below(4)
            target, known = objects[n], mine[n]
            name = f"own_{index}_{random.below(30)}"
            if action < 2:
                value = [index, written]
                setattr(target, name, value)
                known[name] = value
                written += 1
            elif action == 2:
                if name in known:
                    delattr(target, name)
                    del known[name]
                else:
                    check(not hasattr(target, name), "revived", name)
            elif action == 3:
                check(getattr(target, name, None) is known.get(name), "get", name)
            elif action == 4:
                other = f"own_{random.below(8)}_{random.below(30)}"
                value = getattr(target, other, None)
                check(value is None or other.startswith(f"own_{value[0]}_"), "foreign", other, value)
            elif action == 5:
                Shared.changing = (index, written)
                thread, _ = Shared.changing
                check(0 <= thread < 8, thread)
            elif action == 6:
                check(target.constant == "constant", "class attribute")
                check(target.method()[0] == "method", "method")
            elif action == 7:
                setattr(slotted, slot, written)
                check(getattr(slotted, slot) == written, "slot", slot)
            else:
                target.contended = [index]
                check(0 <= target.contended[0] < 8, "contended")
        if index == 0:
            # A class changes under the feet of those who use it.
            Shared.method = lambda self: ("method", "new")
            Shared.extra = written
            del Shared.extra
    return mine, written


results = hammer(work)
for index, (mine, written) in enumerate(results):
    for target, known in zip(objects, mine):
        for name, value in known.items():
            check(getattr(target, name) is value, "lost", name)
        own = [name for name in vars(target) if name.startswith(f"own_{index}_")]
        check(sorted(own) == sorted(known), "names", index)
check(sum(written for _, written in results) > 0, "nothing happened")
print("attributes: none lost")
