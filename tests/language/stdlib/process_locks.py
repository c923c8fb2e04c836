# Processes that fork, and what they share.
import multiprocessing

context = multiprocessing.get_context("fork")


def hold(lock, gate, done):
    with lock:
        gate.release()
        done.acquire()


def put(queue, numbers):
    for number in numbers:
        queue.put([number] * 2)


lock, gate, done = context.Lock(), context.Semaphore(0), context.Semaphore(0)
process = context.Process(target=hold, args=(lock, gate, done))
process.start()
gate.acquire()
print(lock, lock.acquire(False), lock.acquire(timeout=0.01))
done.release()
process.join()
print(process.exitcode, lock.acquire(), lock)
lock.release()

recursive = context.RLock()
with recursive, recursive:
    print(recursive)
try:
    recursive.release()
except AssertionError as error:
    print(error)

bounded = context.BoundedSemaphore(2)
print(bounded, bounded.acquire(), bounded.get_value(), bounded.acquire(), bounded.acquire(False))
bounded.release()
bounded.release()
try:
    bounded.release()
except ValueError as error:
    print(error)

queue = context.Queue()
writers = [context.Process(target=put, args=(queue, range(i, 4, 2))) for i in range(2)]
for writer in writers:
    writer.start()
print(sorted(queue.get() for _ in range(4)))
for writer in writers:
    writer.join()
print([writer.exitcode for writer in writers])

with context.Pool(2) as pool:
    print(pool.map(abs, range(-5, 5)))
    print(pool.apply_async(divmod, (17, 5)).get())

try:
    lock._semlock.__class__(7, 1, 1, "/never", True)
except ValueError as error:
    print(error)
