# An exception raised while handling another one prints both.


def cleanup():
    raise OSError("cleanup failed")


try:
    [1, 2, 3][7]
except IndexError:
    cleanup()
