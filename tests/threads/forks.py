"""Forks while other threads allocate and change shared lists and dicts: the child collects, starts a thread and ends."""

import gc
import os
import sys
import threading
import time

from common.forking import fork

end = time.monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
shared_list = []
shared_dict = {}
lock = threading.Lock()


class Node:
    def __init__(self, other):
        self.other = other
        self.me = self


def hammer(number):
    node = None
    turns = 0
    while time.monotonic() < end:
        for i in range(100):
            node = Node(node if i % 10 else None)
            shared_list.append((number, i, node))
            shared_dict[i, number] = [node, str(i)]
            shared_dict.pop((i, (number + 1) % 4), None)
        if len(shared_list) > 2000:
            shared_list.clear()
        with lock:
            turns += 1
    return turns


def in_child(write):
    assert threading.active_count() == 1, threading.enumerate()
    assert threading.current_thread() is threading.main_thread()
    for worker in workers:
        assert not worker.is_alive()
        worker.join()
    gc.collect()
    answers = []

    def work():
        for i in range(50):
            shared_list.append(Node(None))
            shared_dict[i] = i
        answers.append(len(shared_list) >= 50)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    gc.collect()
    os.write(write, b'fine' if answers == [True] else b'lost')


workers = [threading.Thread(target=hammer, args=(number,)) for number in range(4)]
for worker in workers:
    worker.start()

forks = 0
while time.monotonic() < end:
    read, write = os.pipe()
    pid = fork()
    if pid == 0:
        status = 1
        try:
            in_child(write)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    answer = os.read(read, 10)
    os.close(read)
    _, status = os.waitpid(pid, 0)
    assert status == 0 and answer == b'fine', (status, answer)
    forks += 1

for worker in workers:
    worker.join()
print(f'forks: {forks}')
