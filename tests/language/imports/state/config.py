"""Settings."""

settings = {"level": 3}
DEBUG = False


def is_debug():
    return DEBUG
