# What calls return: nothing, tuples, early returns, through loops and try.


def nothing():
    pass


def bare():
    return


def many():
    return 1, 2


def from_loop(items):
    for i, item in enumerate(items):
        if item < 0:
            return i
    return None


def from_try():
    try:
        return "try"
    finally:
        print("cleanup")


def replaced():
    for i in range(3):
        try:
            continue
        finally:
            print("pass", i)
    while True:
        try:
            break
        finally:
            print("leaving")
    return "end"


print(nothing(), bare(), many(), from_loop([1, -1]), from_loop([]), from_try(), replaced())
print(nothing() is None)


def nested():
    for i in range(3):
        for j in range(3):
            with_sum = i + j
            if with_sum == 3:
                return i, j


print(nested())
