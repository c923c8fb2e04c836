# Files are flushed and closed when dropped, and at exit.

import os


def write(path):
    f = open(path, "w")
    f.write("dropped without close")


write("dropped.txt")
print(open("dropped.txt").read(), os.path.getsize("dropped.txt"))
f = open("flush.txt", "w")
f.write("unflushed")
print(os.path.getsize("flush.txt"))
f.flush()
print(os.path.getsize("flush.txt"))
f.write(" more")
f = None
print(os.path.getsize("flush.txt"))


def read_first(path):
    for line in open(path):
        return line


print(read_first("flush.txt"))


class Log:
    def __init__(self, path):
        self.file = open(path, "a")

    def __call__(self, text):
        self.file.write(text + "\n")


log = Log("log.txt")
log("one")
log("two")
del log
print(open("log.txt").read().split())
try:
    with open("failed.txt", "w") as out:
        out.write("partial")
        raise ValueError("in the middle")
except ValueError as error:
    print(error, open("failed.txt").read(), out.closed)
