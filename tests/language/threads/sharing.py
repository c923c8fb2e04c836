# Objects shared between threads: atomic single operations, results complete.

import threading

items, table, members = [], {}, set()


def fill(start):
    for n in range(start, start + 500):
        items.append(n)
        table[n] = n * n
        members.add(n)


threads = [threading.Thread(target=fill, args=(n * 500,)) for n in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(items), sorted(items) == list(range(2000)), len(table), all(table[n] == n * n for n in range(2000)), members == set(range(2000)))


def drain(out):
    while True:
        try:
            out.append(items.pop())
        except IndexError:
            return


outs = [[] for _ in range(4)]
threads = [threading.Thread(target=drain, args=(out,)) for out in outs]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(x for out in outs for x in out) == list(range(2000)), items)


class Node:
    def __init__(self, value):
        self.value = value


nodes = [Node(n) for n in range(100)]
answers = []


def read():
    answers.append(sum(node.value for _ in range(20) for node in nodes))


threads = [threading.Thread(target=read) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(answers)
shared = Node(0)


def attributes(k):
    for n in range(300):
        setattr(shared, f"a{k}_{n}", n)


threads = [threading.Thread(target=attributes, args=(k,)) for k in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(shared.__dict__), all(getattr(shared, f"a{k}_{n}") == n for k in range(4) for n in range(300)))
words = "the quick brown fox jumps over the lazy dog".split() * 50
counts = {}
lock = threading.Lock()


def count(part):
    mine = {}
    for word in part:
        mine[word] = mine.get(word, 0) + 1
    with lock:
        for word, n in mine.items():
            counts[word] = counts.get(word, 0) + n


threads = [threading.Thread(target=count, args=(words[n::3],)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(counts.items()))
