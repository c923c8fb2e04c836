import threading

made = threading.Event()
forever = threading.Lock()
forever.acquire()


def work(tasks):
    tasks.pop()()
    made.set()
    forever.acquire()
