# Generators holding resources, in classes, as coroutines passing control.


class Logger:
    def __init__(self):
        self.lines = []

    def span(self, name):
        self.lines.append("open " + name)
        try:
            yield self
        finally:
            self.lines.append("close " + name)


log = Logger()
for span in log.span("one"):
    span.lines.append("inside")
for span in log.span("two"):
    break
print(log.lines)


def ping(n):
    for i in range(n):
        other = yield f"ping {i}"
        print("ping got", other)


def pong():
    count = 0
    message = None
    while True:
        message = yield (f"pong {count}" if message else None)
        count += 1


p, q = ping(3), pong()
next(q)
reply = None
try:
    while True:
        reply = q.send(p.send(reply))
except StopIteration:
    print("game over")


def windows(items, size):
    window = []
    for item in items:
        window.append(item)
        if len(window) == size:
            yield tuple(window)
            window.pop(0)


print(list(windows("abcde", 3)))


def merge(a, b):
    a, b = iter(a), iter(b)
    x, y = next(a, None), next(b, None)
    while x is not None or y is not None:
        if y is None or (x is not None and x <= y):
            yield x
            x = next(a, None)
        else:
            yield y
            y = next(b, None)


print(list(merge([1, 4, 9], [2, 3, 10, 11])))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        n = self.n
        while n:
            yield n
            n -= 1


c = Countdown(3)
print(list(c), list(c), max(c), 2 in c, [a * b for a in c for b in c])


def permutations(items):
    if not items:
        yield []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield [item, *rest]


print(["".join(p) for p in permutations("abc")])
