# Reflected operators: when the right operand is asked, and asked first.


class Left:
    def __add__(self, other):
        print("Left.__add__", end=" ")
        return NotImplemented

    def __sub__(self, other):
        return "Left.__sub__"


class Right:
    def __radd__(self, other):
        return "Right.__radd__"

    def __rsub__(self, other):
        return "Right.__rsub__"

    def __rmul__(self, other):
        return f"{other!r} * Right"

    def __rpow__(self, other):
        return f"{other} ** Right"

    def __rmod__(self, other):
        return f"{other} % Right"

    def __rfloordiv__(self, other):
        return f"{other} // Right"

    def __rtruediv__(self, other):
        return f"{other} / Right"

    def __rlshift__(self, other):
        return f"{other} << Right"

    def __rand__(self, other):
        return f"{other} & Right"

    def __rdivmod__(self, other):
        return f"divmod({other}, Right)"


class Child(Left):
    def __radd__(self, other):
        return "Child.__radd__"

    def __rsub__(self, other):
        return "Child.__rsub__"


print(Left() + Right())
print(Left() - Right())
print(1 - Right(), "a" * Right(), [1] * Right(), 2 ** Right(), 7 % Right())
print(7 // Right(), 7.5 / Right(), 1 << Right(), 6 & Right(), divmod(5, Right()))
print(Left() + Child())
print(Left() - Child())
try:
    Left() + 1
except TypeError as error:
    print(error)
try:
    Left() + Left()
except TypeError as error:
    print(error)


class Vector:
    def __init__(self, *items):
        self.items = items

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(*[a + b for a, b in zip(self.items, other.items)])

    def __radd__(self, other):
        if other == 0:
            return self
        return NotImplemented

    def __mul__(self, factor):
        return Vector(*[a * factor for a in self.items])

    __rmul__ = __mul__

    def __repr__(self):
        return "Vector" + repr(self.items)


print(sum([Vector(1, 2), Vector(3, 4)]), 3 * Vector(1, 2) * 2)
try:
    1 + Vector(1)
except TypeError as error:
    print(error)


class Celsius(float):
    def __add__(self, other):
        return Celsius(float(self) + other)

    __radd__ = __add__


print(type(1.0 + Celsius(2)).__name__, 1 + Celsius(2.5))
