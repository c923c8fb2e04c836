"""The end of a program: what modules keep is finalised, while the streams can still be written to."""

import sys


class Last:
    def __del__(self):
        print("the last object is deleted")


class Stream:
    """Stands in for standard output until then."""

    def __init__(self, under):
        self.under = under

    def write(self, text):
        self.under.write(text.replace("stand", "stood"))

    def flush(self):
        self.under.flush()


one = Last()
sys.stdout = Stream(sys.stdout)
print("they stand in")
