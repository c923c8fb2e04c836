"""Conditions, locks, events and a thread pool under load; each job is done once."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from common.hammer import Random, check, hammer


class Queue:
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

    def take(self, timeout):
        with self.condition:
            if not self.condition.wait_for(lambda: self.items, timeout):
                return None
            item = self.items.pop(0)
            self.condition.notify_all()
            return item


queue = Queue(16)
counter = 0
counter_lock = threading.RLock()
producing = 4
finished = threading.Event()


def increase():
    global counter
    with counter_lock:
        with counter_lock:
            counter += 1


def produce(index, running):
    global producing
    made = 0
    while running():
        for _ in range(20):
            queue.put((index, made))
            made += 1
            increase()
    with counter_lock:
        producing -= 1
        if producing == 0:
            finished.set()
    return made


def consume(index, running):
    taken = []
    while True:
        item = queue.take(0.05)
        if item is None:
            if finished.is_set() and not queue.items:
                return taken
        else:
            taken.append(item)


def work(index, running):
    return produce(index, running) if index < 4 else consume(index, running)


results = hammer(work)
made = results[:4]
taken = sorted(item for items in results[4:] for item in items)
check(taken == [(i, n) for i in range(4) for n in range(made[i])], "jobs lost", len(taken), sum(made))
check(counter == sum(made), "counts lost", counter, sum(made))


def square(n):
    if n % 97 == 96:
        raise ValueError(n)
    return n * n


def jobs(index, running):
    random = Random(index + 1)
    done = 0
    while running():
        with ThreadPoolExecutor(max_workers=1 + random.below(4)) as pool:
            futures = {pool.submit(square, n): n for n in range(100)}
            for future in as_completed(futures):
                n = futures[future]
                if n == 96:
                    check(isinstance(future.exception(), ValueError), "exception", n)
                else:
                    check(future.result() == n * n, "result", n)
                done += 1
            check(list(pool.map(square, range(50))) == [n * n for n in range(50)], "map")
    return done


done = sum(hammer(jobs, threads=3))
check(done > 0 and done % 100 == 0, "futures lost", done)
print("queues: each job done once")
