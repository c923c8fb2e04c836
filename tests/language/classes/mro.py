# Method resolution order: diamonds, cooperative super, conflicts.


class Base:
    def __init__(self):
        print("Base")

    def who(self):
        return ["Base"]


class Left(Base):
    def __init__(self):
        print("Left")
        super().__init__()

    def who(self):
        return ["Left"] + super().who()


class Right(Base):
    def __init__(self):
        print("Right")
        super().__init__()

    def who(self):
        return ["Right"] + super().who()


class Both(Left, Right):
    def __init__(self):
        print("Both")
        super().__init__()

    def who(self):
        return ["Both"] + super().who()


print(Both().who())
print([c.__name__ for c in Both.__mro__])
print([c.__name__ for c in Both.mro()])

try:

    class Wrong(Base, Left):
        pass

except TypeError as error:
    print(error)

try:

    class Twice(Base, Base):
        pass

except TypeError as error:
    print(error)


class X:
    attribute = "X"


class Y(X):
    pass


class Z(X):
    attribute = "Z"


class W(Y, Z):
    pass


print(W.attribute, W().attribute)
print(super(Left, Both()).who())


class Mixin:
    def greet(self):
        return "mixed " + super().greet()


class Greeter:
    def greet(self):
        return "hello"


class Polite(Mixin, Greeter):
    pass


print(Polite().greet())
try:
    Mixin().greet()
except AttributeError as error:
    print(error)
