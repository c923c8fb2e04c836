# A thread has ended when it has given up everything it had: its thread-local values too.

import threading
import time


class Slow:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        time.sleep(0.05)
        print(self.name, "is gone")


mine = threading.local()


def work(name):
    mine.value = Slow(name)


joined = threading.Thread(target=work, args=("joined",))
joined.start()
joined.join()
print("it ended:", not joined.is_alive())

asked = threading.Thread(target=work, args=("asked",))
asked.start()
while asked.is_alive():
    time.sleep(0.001)
print("so did this one")

# The program waits for threads nobody joins, to the same point.
threading.Thread(target=work, args=("left alone",)).start()
