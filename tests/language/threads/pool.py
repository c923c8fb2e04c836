# ThreadPoolExecutor: submit, map, results, exceptions, as_completed, wait, shutdown.

import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
import concurrent.futures


def square(n):
    return n * n


with ThreadPoolExecutor(max_workers=3) as pool:
    future = pool.submit(square, 7)
    print(future.result(), future.done(), future.running(), future.cancelled(), future.exception())
    print(list(pool.map(square, range(6))))
    print(list(pool.map(lambda a, b: a + b, [1, 2], [10, 20])), list(pool.map(square, [])))
    futures = [pool.submit(square, n) for n in range(5)]
    print([f.result() for f in futures])
    print(sorted(f.result() for f in as_completed(futures)))
    names = {pool.submit(square, n): f"job {n}" for n in range(3)}
    print(sorted((names[f], f.result()) for f in as_completed(names)))
    done, pending = wait(futures)
    print(len(done), len(pending))
    keyword = pool.submit(sorted, [3, 1, 2], reverse=True)
    print(keyword.result(timeout=5))


def fail(n):
    if n == 2:
        raise ValueError(f"failed on {n}")
    return n


with ThreadPoolExecutor(2) as pool:
    bad = pool.submit(fail, 2)
    try:
        bad.result()
    except ValueError as error:
        print(error, bad.done(), repr(bad.exception()))
    results = pool.map(fail, range(4))
    try:
        for result in results:
            print("got", result)
    except ValueError as error:
        print("from map:", error)
    for f in as_completed([pool.submit(fail, n) for n in (1, 2)]):
        if f.exception():
            print("exception:", f.exception())
        else:
            fine = f.result()
print("fine:", fine)
called = []
with ThreadPoolExecutor(1) as pool:
    f = pool.submit(square, 3)
    f.add_done_callback(lambda f: called.append(f.result()))
print(called)
try:
    pool.submit(square, 1)
except RuntimeError as error:
    print(error)
gate = threading.Event()
with ThreadPoolExecutor(1) as pool:
    slow = pool.submit(gate.wait)
    queued = pool.submit(square, 1)
    try:
        slow.result(timeout=0.02)
    except TimeoutError as error:
        print("timeout", type(error).__name__)
    print(queued.cancel(), queued.cancelled(), slow.cancel())
    gate.set()
    print(slow.result())
    try:
        queued.result()
    except concurrent.futures.CancelledError as error:
        print(type(error).__name__)
total = 0
lock = threading.Lock()


def add(chunk):
    global total
    part = sum(chunk)
    with lock:
        total += part
    return part


with ThreadPoolExecutor(4) as pool:
    parts = list(pool.map(add, [range(n, n + 100) for n in range(0, 1000, 100)]))
print(total, sum(parts), total == sum(range(1000)))
try:
    ThreadPoolExecutor(0)
except ValueError as error:
    print(error)
pool = ThreadPoolExecutor(2, thread_name_prefix="named")
print(pool.submit(lambda: threading.current_thread().name).result().startswith("named_"))
pool.shutdown(wait=True)
with ThreadPoolExecutor() as pool:
    order = []
    list(pool.map(lambda n: (time.sleep(0.01 * (3 - n)), order.append(n)), range(3)))
    print(sorted(order))
