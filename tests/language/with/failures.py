# with: missing methods, failing enter and exit, exceptions replaced in exit.


class NoEnter:
    def __exit__(self, *details):
        pass


class NoExit:
    def __enter__(self):
        pass


for thing in NoEnter(), NoExit(), 5:
    try:
        with thing:
            print("never")
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


class Failing:
    def __init__(self, at):
        self.at = at

    def __enter__(self):
        if self.at == "enter":
            raise ValueError("in enter")
        return self

    def __exit__(self, *details):
        print("exit called", details[0] and details[0].__name__)
        if self.at == "exit":
            raise KeyError("in exit")


for at in "enter", "exit":
    try:
        with Failing(at):
            print("body", at)
    except Exception as error:
        print(repr(error), repr(error.__context__))

try:
    with Failing("exit"):
        raise IndexError("body")
except KeyError as error:
    print(repr(error), repr(error.__context__))

try:
    with Failing("none"), Failing("enter"):
        print("never")
except ValueError as error:
    print(error)


class Truthy:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return [1]


with Truthy():
    1 / 0
print("a true value suppresses")


class LateMethods:
    pass


late = LateMethods()
late.__enter__ = lambda: print("instance attribute")
late.__exit__ = lambda *details: None
try:
    with late:
        pass
except TypeError as error:
    print(error)
