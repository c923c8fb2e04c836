# An uncaught exception: traceback with carets on stderr, exit code 1.


def divide(a, b):
    return a / b


def middle(n):
    total = 10 + divide(n, n - 1)
    return total


print("before")
print(middle(2))
middle(1)
print("never")
