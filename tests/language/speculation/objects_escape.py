# Small objects that stay in a function and ones that get out: through fields, closures, exceptions, containers.


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, other):
        return Pair(self.a + other.a, self.b + other.b)

    def __mul__(self, k):
        return Pair(self.a * k, self.b * k)

    def __eq__(self, other):
        return (self.a, self.b) == (other.a, other.b)

    def __repr__(self):
        return f"<{self.a} {self.b}>"

    def dot(self, other):
        return self.a * other.a + self.b * other.b


def stays(n):
    total = Pair(0, 0)
    for i in range(n):
        total = total + Pair(i, i * 0.5) * 2
    return total.a, total.b


print(stays(10), stays(0))
kept = []


def escapes(n):
    for i in range(n):
        p = Pair(i, -i)
        if i % 3 == 0:
            kept.append(p)
        q = p * 2
        if i == 4:
            p.partner = q
    return p, q


print(escapes(8), kept, hasattr(kept[1], "partner"))


def through_exception(n):
    try:
        for i in range(n):
            p = Pair(i, i)
            if p.dot(p) > 50:
                raise ValueError(p)
    except ValueError as error:
        return error.args[0], p is error.args[0]


print(through_exception(10))


def through_closure(n):
    functions = []
    for i in range(n):
        p = Pair(i, 1)
        functions.append(lambda p=p: p.a)
    p.a = "changed"
    return [f() for f in functions]


print(through_closure(3))


def aliased():
    p = Pair(1, 2)
    q = p
    q.a = 10
    r = Pair(q, p)
    r.a.b = 20
    return p, r.b is p, r.a is r.b


print(aliased())


def swapped(n):
    a, b = Pair(1, 0), Pair(0, 1)
    for _ in range(n):
        a, b = b, a
    return a, b


print(swapped(3), swapped(4))


def mutated_by_callee(n):
    p = Pair(0, 0)
    for i in range(n):
        change(p, i)
    return p


def change(p, i):
    p.a += i
    if i == 5:
        p.b = "five"


print(mutated_by_callee(4), mutated_by_callee(8))


class Counted:
    alive = 0

    def __init__(self):
        Counted.alive += 1

    def __del__(self):
        Counted.alive -= 1


def temporaries(n):
    highest = 0
    for _ in range(n):
        c = Counted()
        d = [Counted(), Counted()]
        highest = max(highest, Counted.alive)
        del c
    return highest, Counted.alive, len(d)


print(temporaries(5), Counted.alive)


def tuples(n):
    a, b = 0, 1
    seen = []
    for i in range(n):
        t = (a, b, i)
        a, b = t[1], t[0] + t[1]
        if i % 4 == 3:
            seen.append(t)
    return seen


print(tuples(10))


def identity():
    a = [1]
    b = (a, a)
    c = {"k": a}
    b[0].append(2)
    c["k"] += [3]
    return a, b[0] is b[1] is c["k"], b


print(identity())


def iterator_escapes():
    it = iter([1, 2, 3, 4])
    first = next(it)
    pairs = zip(it, it)
    return first, list(pairs), list(it)


print(iterator_escapes())
