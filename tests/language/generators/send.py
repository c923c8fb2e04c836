# send: values passed in become the result of yield.


def average():
    total = 0.0
    count = 0
    result = None
    while True:
        value = yield result
        if value is None:
            return total
        total += value
        count += 1
        result = total / count


a = average()
print(next(a))
print(a.send(10), a.send(20), a.send(60))
try:
    a.send(None)
except StopIteration as stop:
    print("returned", stop.value)
try:
    a.send(1)
except StopIteration as stop:
    print("finished", stop.value)

fresh = average()
try:
    fresh.send(5)
except TypeError as error:
    print(error)
print(fresh.send(None))


def echo():
    received = []
    while len(received) < 3:
        received.append((yield len(received)))
    return received


e = echo()
print(next(e), e.send("a"), next(e))
try:
    e.send("c")
except StopIteration as stop:
    print(stop.value)


def expressions():
    x = (yield 1) + (yield 2)
    print("sum", x)
    y = [(yield x), (yield)]
    print("list", y)


g = expressions()
print(next(g), g.send(10), g.send(20), g.send("p"))
print(next(g, "end"))


def scheduler(tasks):
    log = []
    queue = [(name, task, None) for name, task in tasks]
    while queue:
        name, task, value = queue.pop(0)
        try:
            request = task.send(value)
        except StopIteration as stop:
            log.append((name, "done", stop.value))
        else:
            log.append((name, request))
            queue.append((name, task, request * 2))
    return log


def worker(n):
    total = 0
    for i in range(n):
        total += yield i
    return total


print(scheduler([("a", worker(3)), ("b", worker(2))]))


def self_call():
    yield next(me)


me = self_call()
try:
    next(me)
except ValueError as error:
    print(error)
