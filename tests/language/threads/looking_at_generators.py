# A generator that other threads look at is not executing: whoever owns it can take the next step at any time.

import threading


def numbers():
    n = 0
    while True:
        yield n
        n += 1


def look():
    while looking:
        seen.append(frame.f_locals["n"] >= 0 and generator.gi_yieldfrom is None)
        seen.pop()


generator = numbers()
next(generator)
frame = generator.gi_frame
looking = True
seen = []
threads = [threading.Thread(target=look) for _ in range(3)]
for thread in threads:
    thread.start()
refused = 0
for _ in range(200_000):
    try:
        next(generator)
    except ValueError:
        refused += 1
looking = False
for thread in threads:
    thread.join()
print("refused:", refused)
