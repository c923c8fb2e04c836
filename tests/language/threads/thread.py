# threading.Thread: start, join, arguments, names, daemon, subclassing, errors.

import threading
import time

results = []


def work(n, *rest, key="k"):
    results.append((n, rest, key))


t = threading.Thread(target=work, args=(1, 2, 3), kwargs={"key": "v"})
print(t.is_alive())
t.start()
t.join()
print(t.is_alive(), results)
threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results[1:]))
named = threading.Thread(target=lambda: results.append(threading.current_thread().name), name="worker-x")
named.start()
named.join()
print(results[-1], named.name, threading.current_thread().name, threading.current_thread() is threading.main_thread())


class Summer(threading.Thread):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers
        self.total = None

    def run(self):
        self.total = sum(self.numbers)


summers = [Summer(range(n * 100, (n + 1) * 100)) for n in range(4)]
for s in summers:
    s.start()
for s in summers:
    s.join()
print([s.total for s in summers], sum(s.total for s in summers) == sum(range(400)))
for call in (
    lambda: named.start(),
    lambda: threading.Thread(target=work).join(),
    lambda: threading.current_thread().join(),
    lambda: threading.Thread(5),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
gate = threading.Event()
waiting = threading.Thread(target=gate.wait, daemon=True)
print(waiting.daemon)
waiting.start()
print(waiting.is_alive(), waiting.join(0.01), waiting.is_alive(), threading.active_count() >= 2)
gate.set()
waiting.join()
print(waiting.is_alive(), isinstance(threading.get_ident(), int), named.ident is not None)
last_word = threading.Event()


def late():
    last_word.wait()
    time.sleep(0.01)
    print("the process waits for a thread that is no daemon")


threading.Thread(target=late).start()
print("main ends")
last_word.set()
