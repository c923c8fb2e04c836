# Event, Condition, Semaphore-like use, producer and consumer, barriers by hand.

import threading

event = threading.Event()
print(event.is_set(), event.wait(0.01))
event.set()
print(event.is_set(), event.wait(), event.wait(5))
event.clear()
print(event.is_set())
log = []


def waiter():
    event.wait()
    log.append("woken")


threads = [threading.Thread(target=waiter) for _ in range(3)]
for t in threads:
    t.start()
event.set()
for t in threads:
    t.join()
print(log)


class Channel:
    def __init__(self, size):
        self.items = []
        self.size = size
        self.condition = threading.Condition()

    def put(self, item):
        with self.condition:
            while len(self.items) >= self.size:
                self.condition.wait()
            self.items.append(item)
            self.condition.notify_all()

    def get(self):
        with self.condition:
            self.condition.wait_for(lambda: self.items)
            item = self.items.pop(0)
            self.condition.notify_all()
            return item


channel = Channel(3)
received = []


def producer(start):
    for n in range(start, start + 50):
        channel.put(n)


def consumer():
    while (item := channel.get()) is not None:
        received.append(item)


producers = [threading.Thread(target=producer, args=(n,)) for n in (0, 100)]
consumers = [threading.Thread(target=consumer) for _ in range(2)]
for t in producers + consumers:
    t.start()
for t in producers:
    t.join()
for _ in consumers:
    channel.put(None)
for t in consumers:
    t.join()
print(len(received), sorted(received) == list(range(50)) + list(range(100, 150)))
condition = threading.Condition()
print(condition.acquire(), condition.wait(0.01), condition.wait_for(lambda: False, timeout=0.01))
condition.release()
for call in condition.wait, condition.notify, condition.notify_all:
    try:
        call()
    except RuntimeError as error:
        print(error)
turns = []
turn = 0


def player(me, rounds):
    global turn
    for _ in range(rounds):
        with condition:
            while turn % 3 != me:
                condition.wait()
            turns.append("abc"[me])
            turn += 1
            condition.notify_all()


threads = [threading.Thread(target=player, args=(n, 4)) for n in (2, 0, 1)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("".join(turns))
