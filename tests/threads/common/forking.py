"""A fork that nobody is warned of: warnings of deprecation are shown of the main program only."""

import os


def fork():
    return os.fork()
