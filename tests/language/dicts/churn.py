# Dicts that keep changing: at both ends, while they are compared with, and under keys that collide.

queue = {}
for i in range(5000):
    queue[i] = i
    if i >= 10:
        del queue[next(iter(queue))]
print(list(queue))

stack = {i: i for i in range(3000)}
rounds = 0
while stack:
    stack.popitem()
    if stack:
        stack.popitem()
    rounds += 1
    if rounds < 2000:
        stack[-rounds] = rounds
print(rounds)

mixed = {}
for i in range(2000):
    mixed[i] = i * i
    mixed[str(i)] = i
for i in range(0, 2000, 3):
    del mixed[i]
print(len(mixed), list(mixed)[:10], list(reversed(mixed))[:5])
for i in range(1500):
    mixed.popitem()
print(len(mixed), list(mixed)[-3:])


class Colliding:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return self.value % 3

    def __eq__(self, other):
        return isinstance(other, Colliding) and self.value == other.value


table = {Colliding(i): i for i in range(30)}
print([table[Colliding(i)] for i in range(30)], Colliding(31) in table)
del table[Colliding(4)]
print(Colliding(4) in table, table.pop(Colliding(5)), len(table))


class Clearing:
    def __init__(self, target):
        self.target = target

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.target.clear()
        return False


target = {}
target[Clearing(target)] = 1
target[Clearing(target)] = 2
print(len(target))


class Failing:
    def __hash__(self):
        return 7

    def __eq__(self, other):
        raise RuntimeError("compared")


failing = {Failing(): 1}
for use in (failing.__getitem__, failing.__contains__, failing.pop):
    try:
        use(Failing())
    except RuntimeError as error:
        print(error)
