"""Cyclic garbage made by all threads, some of it reachable by others for a while; memory stays bounded."""

import os

from common.hammer import Random, check, hammer

LIMIT = 600_000_000


class Node:
    def __init__(self, owner, size):
        self.owner = owner
        self.payload = [owner] * size
        self.links = []

    def link(self, other):
        self.links.append(other)
        other.links.append(self)


def ring(owner, size):
    nodes = [Node(owner, 8) for _ in range(size)]
    for i, node in enumerate(nodes):
        node.link(nodes[i - 1])
    return nodes[0]


slots = [ring(n, 3) for n in range(16)]


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def work(index, running):
    random = Random(index + 1)
    made = 0
    while running():
        for _ in range(50):
            action = random.below(5)
            if action < 2:
                ring(index, 2 + random.below(6))
                made += 1
            elif action == 2:
                slots[random.below(16)] = ring(index, 4)
                made += 1
            elif action == 3:
                node = slots[random.below(16)]
                for _ in range(10):
                    check(node.payload[0] == node.owner, "payload", node.owner)
                    node = node.links[random.below(len(node.links))]
            else:
                table = {"self": None, "node": Node(index, 2)}
                table["self"] = table
                table["node"].links.append(table)
                table["function"] = lambda: table
                made += 1
        if index == 0 and os.path.exists("/proc/self/statm"):
            check(resident() < LIMIT, "garbage is kept", resident())
    return made


def large():
    """Cycles of few objects with much memory, on one thread."""
    for _ in range(10_000):
        items = [None] * 20_000
        items.append(items)
    if os.path.exists("/proc/self/statm"):
        check(resident() < LIMIT, "large garbage is kept", resident())


made = sum(hammer(work))
large()
check(made > 100, "nothing happened", made)
print("cycles: memory stays bounded")
