# A program in the style the README promises: a pool, a queue, shared results under a lock.

import sys
import threading
from concurrent.futures import ThreadPoolExecutor


def is_prime(n):
    if n < 2:
        return False
    d = 2
    while d * d <= n:
        if n % d == 0:
            return False
        d += 1
    return True


def count_range(low, high):
    return sum(1 for n in range(low, high) if is_prime(n))


class Progress:
    def __init__(self, total):
        self.total = total
        self.done = 0
        self.lock = threading.Lock()
        self.finished = threading.Event()

    def step(self):
        with self.lock:
            self.done += 1
            if self.done == self.total:
                self.finished.set()


def main(limit=20_000, workers=4):
    size = 1000
    ranges = [(low, min(low + size, limit)) for low in range(0, limit, size)]
    progress = Progress(len(ranges))

    def job(bounds):
        try:
            return bounds, count_range(*bounds)
        finally:
            progress.step()

    with ThreadPoolExecutor(workers) as pool:
        results = dict(pool.map(job, ranges))
    print(progress.finished.is_set(), progress.done, sum(results.values()), results[0, 1000], results[limit - size, limit])

    totals = {}
    errors = []
    lock = threading.Lock()
    pending = list(range(40))

    def worker(name):
        while True:
            with lock:
                if not pending:
                    return
                n = pending.pop()
            try:
                value = 100 // (n - 13)
            except ZeroDivisionError as error:
                with lock:
                    errors.append((n, str(error)))
                continue
            with lock:
                totals[n] = value

    threads = [threading.Thread(target=worker, args=(f"w{i}",)) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(totals), sum(totals.values()), errors)
    return 0 if len(totals) + len(errors) == 40 else 1


if __name__ == "__main__":
    sys.exit(main())
