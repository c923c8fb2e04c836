# Lock and RLock: acquire, release, with, timeouts, errors, protection.

import threading

lock = threading.Lock()
print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.01))
lock.release()
print(lock.locked())
with lock:
    print("held", lock.locked())
print(lock.locked())
try:
    lock.release()
except RuntimeError as error:
    print(error)
try:
    with lock:
        raise ValueError("inside")
except ValueError as error:
    print(error, lock.locked())
count = 0


def increase(n):
    global count
    for _ in range(n):
        with lock:
            count += 1


threads = [threading.Thread(target=increase, args=(1000,)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(count)
rlock = threading.RLock()
print(rlock.acquire(), rlock.acquire())


def other():
    print("other thread gets it:", rlock.acquire(blocking=False))


def run(f):
    t = threading.Thread(target=f)
    t.start()
    t.join()


run(other)
rlock.release()
run(other)
rlock.release()


def other_with():
    with rlock:
        with rlock:
            print("nested in other thread")


run(other_with)
try:
    rlock.release()
except RuntimeError as error:
    print(error)


class Account:
    def __init__(self):
        self.lock = threading.RLock()
        self.balance = 0

    def deposit(self, amount):
        with self.lock:
            self.balance += amount

    def transfer(self, other, amount):
        with self.lock:
            self.deposit(-amount)
            other.deposit(amount)


a, b = Account(), Account()
a.deposit(1000)
threads = [threading.Thread(target=lambda: [a.transfer(b, 1) for _ in range(100)]) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(a.balance, b.balance)
for call in (lambda: lock.acquire(blocking=False, timeout=1), lambda: lock.acquire(timeout=-5)):
    try:
        call()
    except ValueError as error:
        print(error)
