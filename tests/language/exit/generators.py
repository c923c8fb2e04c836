"""A generator that is suspended when the program ends runs its finally blocks."""


def generator():
    try:
        yield
    finally:
        print("closed")


suspended = generator()
next(suspended)
print("end")
