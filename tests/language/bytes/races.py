# Threads that use, release and resize the same memory: whatever they see, nothing else breaks.
import array
import threading

ROUNDS = 300
FINE = (BufferError, ValueError, IndexError)


class Shows:
    def __init__(self, data):
        self.data = data

    def __buffer__(self, flags):
        return memoryview(self.data)

    def __release_buffer__(self, view):
        view.release()


def run(*jobs):
    start = threading.Barrier(len(jobs))
    failures = []

    def worker(job):
        start.wait()
        for index in range(ROUNDS):
            try:
                job(index)
            except FINE:
                pass
            except BaseException as error:
                failures.append(repr(error))

    threads = [threading.Thread(target=worker, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("failures", failures)


# One view, released by one thread while others read and write through it.
for make in (lambda: bytearray(4096), lambda: array.array("i", range(1024)), lambda: Shows(bytearray(4096))):
    memory = make()
    data = memory.data if isinstance(memory, Shows) else memory
    views = [memoryview(memory)]

    def renew(index):
        views[0].release()
        data.extend(data[:8])
        del data[-8:]
        views[0] = memoryview(memory)

    def write(index):
        view = views[0]
        view[index % 512] = index & 127
        view[1:9] = view[9:17]

    def read(index):
        view = views[0]
        part = view[::3]
        assert len(part.tolist()) == len(part)
        assert all(0 <= item < 1 << 31 for item in part)
        view.cast("B").hex(":", 4)

    def derive(index):
        view = views[0]
        with view.toreadonly() as other, view[10:20] as part:
            other == view, part == view[10:20]
            bytes(part), b"".join([part])

    run(renew, write, read, derive)
    views[0].release()
    data.extend(data[:0])
    print(len(data))

# Every view of one acquisition is released by another thread; the memory is free in the end.
data = bytearray(1000)
shared = memoryview(data)
parts = [shared[index:] for index in range(40)]
shared.release()
for part in parts:
    part[0] = 1


def take(index):
    if index < 10:
        parts.pop().release()


run(take, take, take, take)
print(len(parts))
data.append(1)
print(sum(data))
