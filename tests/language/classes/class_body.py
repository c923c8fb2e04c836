# Class bodies: they are code, with a scope of their own.


class Body:
    print("running the body")
    numbers = []
    for i in range(3):
        numbers.append(i * i)
    if len(numbers) > 2:
        kind = "long"
    else:
        kind = "short"

    def method(self):
        return self.numbers

    alias = method
    squares = [n * 2 for n in numbers]
    total = sum(numbers)
    print(__qualname__, __module__)

    class Inner:
        value = 5

        def get(self):
            return self.value

    made = Inner()
    del i


print(Body.numbers, Body.kind, Body.squares, Body.total, Body().alias(), Body.Inner.value)
print(Body.made.get(), hasattr(Body, "i"), Body.Inner.__qualname__)

shared = "module"


class Shadow:
    shared = shared + " copied"

    def get(self):
        return shared


print(Shadow.shared, Shadow().get())


def make(n):
    class Made:
        size = n

        def get(self):
            return n + self.size

    return Made


One, Two = make(1), make(2)
print(One().get(), Two().get(), One is Two, One.__name__ == Two.__name__)


class Private:
    def __init__(self):
        self.__hidden = 1
        self.__public__ = 2

    def __secret(self):
        return self.__hidden

    def reveal(self):
        return self.__secret()


p = Private()
print(p.reveal(), p._Private__hidden, p._Private__secret(), p.__public__, sorted(p.__dict__))
try:
    p.__hidden
except AttributeError as error:
    print(error)

try:

    class Broken:
        1 / 0

except ZeroDivisionError as error:
    print(error)


class Base:
    def __init_subclass__(cls, tag="none", **kwargs):
        super().__init_subclass__(**kwargs)
        cls.tag = tag
        print("subclass", cls.__name__, tag)


class Tagged(Base, tag="yes"):
    pass


class Untagged(Base):
    pass


print(Tagged.tag, Untagged.tag)
