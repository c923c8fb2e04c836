# What a daemon made for others is finalised at the end of the program, although the daemon never comes back.

import sys
import threading

import helper


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, "is gone")


def make():
    # Only the count of references tells that it is done with: no cycle is found dead with it.
    sys._thing = Thing("what sys keeps")


threading.Thread(target=helper.work, args=([make],), daemon=True).start()
helper.made.wait()
print("made")
